import { expect, test } from "vitest";
import * as eventModel from "../src/event-model/index.js";
import * as databroker from "../src/index.js";
import * as testing from "../src/testing/index.js";

test("the public values are these; a change needs a changeset", () => {
  expect({
    databroker: Object.keys(databroker).sort(),
    eventModel: Object.keys(eventModel).sort(),
    testing: Object.keys(testing).sort(),
  }).toMatchSnapshot();
});
