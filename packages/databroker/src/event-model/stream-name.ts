import type { EventDescriptor } from "./documents.js";

/** The stream of a descriptor: very old data name none, and mean `primary`. */
export function streamNameOf(descriptor: Pick<EventDescriptor, "name">): string {
  return typeof descriptor.name === "string" && descriptor.name !== "" ? descriptor.name : "primary";
}
