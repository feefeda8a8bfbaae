/** Browsers name no folders. */
export async function listFolder(_path: string | URL): Promise<ReadonlyMap<string, string> | undefined> {
  return undefined;
}
