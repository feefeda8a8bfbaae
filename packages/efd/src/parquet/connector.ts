import { defineConnector } from "@sonde/core";
import { type ByteSource, openBytes } from "@sonde/core/bytes";
import type { Address, Call, Driver } from "@sonde/core/connector";
import { fileDriver } from "./driver.js";
import { openParquet } from "./open.js";
import { type ParquetSourceInput, type ParquetSourceOptions, parquetOptions } from "./options.js";
import type { ParquetFile } from "./types.js";

async function connect(options: ParquetSourceOptions, { signal }: Call): Promise<Driver<ParquetFile>> {
  const { path, int96, limits } = options;
  const source: ByteSource = await openBytes(path, { signal });
  try {
    const file = await openParquet(source, { signal, int96, limits });
    return fileDriver(file, source, { name: options.timeColumn, scale: options.timeScale });
  } catch (error) {
    await source.close();
    throw error;
  }
}

const address: Address<ParquetSourceInput> = {
  schemes: ["file"],
  extensions: [".parquet"],
  toOptions: (url) => (/\.parquet$/i.test(url.pathname) ? { path: url.href } : undefined),
};

/** One Parquet file as a source of one stream. */
export const parquet = defineConnector({ id: "parquet", options: parquetOptions, address, connect });
