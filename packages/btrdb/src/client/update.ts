import { isSondeError, type Metadata, sondeError } from "@sonde/core";
import type { CallOptions } from "../call.js";
import { BTrDB } from "../proto/btrdb_pb.js";
import { pairsOf, type StreamMetadata, type Tags, writeAnnotation } from "./metadata.js";
import { about, type Session } from "./session.js";

export type UpdateOptions = CallOptions & {
  readonly collection?: string | undefined;
  /** Put in the place of tags of the same key; the others stay. */
  readonly tags?: Tags | undefined;
  /** Likewise. Any JSON. */
  readonly annotations?: Metadata | undefined;
  /** Remove annotations that are not given. */
  readonly replace?: boolean | undefined;
  /** Fail where the metadata are not of this version; without, those of now are changed. */
  readonly propertyVersion?: bigint | undefined;
};

const changedMeanwhile = 423;

/**
 * Changes a stream's metadata; `read` asks for them anew. Two requests to one that changed in between are made once more, a few times,
 * unless a version was given.
 */
export async function updateMetadata(
  session: Session,
  uuid: Uint8Array,
  options: UpdateOptions,
  read: () => Promise<StreamMetadata>,
): Promise<void> {
  const { tags, annotations, collection, replace, propertyVersion } = options;
  if (tags === undefined && annotations === undefined && collection === undefined) {
    throw sondeError("options", "nothing to update: give tags, annotations or a collection", {});
  }
  for (let attempt = 1; ; attempt++) {
    try {
      if (tags !== undefined || collection !== undefined) await setTags(session, uuid, await read(), options);
      if (annotations !== undefined) {
        const known = await read();
        // The tags' own change raised it by one.
        const after = tags !== undefined || collection !== undefined ? 1n : 0n;
        await setAnnotations(
          session,
          uuid,
          known,
          annotations,
          replace === true,
          propertyVersion === undefined ? undefined : propertyVersion + after,
          options,
        );
      }
      return;
    } catch (error) {
      const raced = isSondeError(error) && "serverCode" in error && error.serverCode === changedMeanwhile;
      if (!raced || propertyVersion !== undefined || attempt >= 4) throw error;
    }
  }
}

async function setTags({ transport }: Session, uuid: Uint8Array, known: StreamMetadata, options: UpdateOptions): Promise<void> {
  const request = {
    uuid,
    expectedPropertyVersion: options.propertyVersion ?? known.propertyVersion,
    tags: pairsOf({ ...known.tags, ...options.tags }),
    collection: options.collection ?? known.collection,
  };
  await transport.ask(BTrDB.method.setStreamTags, request, { ...about(uuid, options), repeatable: false });
}

async function setAnnotations(
  { transport }: Session,
  uuid: Uint8Array,
  known: StreamMetadata,
  annotations: Metadata,
  replace: boolean,
  expected: bigint | undefined,
  options: CallOptions,
): Promise<void> {
  const changes = Object.fromEntries(Object.entries(annotations).map(([key, value]) => [key, writeAnnotation(value)]));
  const removals = replace ? Object.keys(known.annotations).filter((key) => !Object.hasOwn(annotations, key)) : [];
  const request = { uuid, expectedPropertyVersion: expected ?? known.propertyVersion, changes: pairsOf(changes), removals };
  await transport.ask(BTrDB.method.setStreamAnnotations, request, { ...about(uuid, options), repeatable: false });
}
