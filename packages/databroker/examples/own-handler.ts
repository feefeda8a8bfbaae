/** Frames that a detector of our own wrote one after another, as bare numbers of 16 bits: its resources have the spec RAW_U16. */
import { type AssetHandler, openCatalog } from "@sonde/databroker";

const raw: AssetHandler = {
  spec: "RAW_U16",
  async open({ resource_kwargs }, context, call) {
    const [height, width] = [Number(resource_kwargs.height), Number(resource_kwargs.width)];
    const source = await context.open(undefined, call);
    return {
      async read({ index }, { signal }) {
        const start = Number(index) * height * width * 2;
        const bytes = await source.read({ start, end: start + height * width * 2 }, { signal });
        return { shape: [height, width], data: new Uint16Array(bytes.slice().buffer) };
      },
      close: () => source.close(),
    };
  },
};

export async function firstImage(runs: string, files: string) {
  await using catalog = await openCatalog(runs, { handlers: [raw], rootMap: { "/data": files } });
  return (await catalog.run(-1)).images("camera").at(0);
}
