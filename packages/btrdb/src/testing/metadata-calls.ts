import {
  CreateParamsSchema,
  CreateResponseSchema,
  FaultInjectParamsSchema,
  FaultInjectResponseSchema,
  InfoParamsSchema,
  InfoResponseSchema,
  type KeyOptValue,
  ListCollectionsParamsSchema,
  ListCollectionsResponseSchema,
  LookupStreamsParamsSchema,
  LookupStreamsResponseSchema,
  MetadataUsageParamsSchema,
  MetadataUsageResponseSchema,
  ObliterateParamsSchema,
  ObliterateResponseSchema,
  SetStreamAnnotationsParamsSchema,
  SetStreamAnnotationsResponseSchema,
  SetStreamTagsParamsSchema,
  SetStreamTagsResponseSchema,
  SQLQueryParamsSchema,
  SQLQueryResponseSchema,
  StreamInfoParamsSchema,
  StreamInfoResponseSchema,
} from "../proto/btrdb_pb.js";
import { type StreamRecord, tagKeys } from "./metadata.js";
import { groups, type Methods, messages, unary, uuidBytes, uuidText } from "./method.js";
import { refusal, serverCode } from "./refusal.js";
import { querySql } from "./sql.js";
import { storedPoints } from "./stream-points.js";
import type { World } from "./world.js";

const perMessage = 1000;
const encoder = new TextEncoder();

/** The calls about streams rather than their points. */
export function metadataMethods(world: World): Methods {
  const { store } = world;
  return {
    Info: unary(InfoParamsSchema, InfoResponseSchema, () => ({
      majorVersion: 5,
      // From 5.30 on clients expect the Arrow calls.
      minorVersion: world.arrow ? 30 : 29,
      build: world.arrow ? "5.30.0" : "5.29.0",
      proxy: { proxyEndpoints: [world.endpoint] },
    })),
    Create: unary(CreateParamsSchema, CreateResponseSchema, ({ uuid, collection, tags, annotations }) => {
      store.create(uuidText(uuid), collection, keyed(tags), keyed(annotations), storedPoints(world.bufferLimit));
      return {};
    }),
    StreamInfo: unary(StreamInfoParamsSchema, StreamInfoResponseSchema, ({ uuid, omitVersion, omitDescriptor }) => {
      if (omitVersion && omitDescriptor) throw refusal(serverCode.wrongArguments, "neither the version nor the descriptor is asked for");
      const stream = store.get(uuidText(uuid));
      const { major, minor } = stream.points.version;
      return {
        ...(omitVersion ? {} : { versionMajor: major, versionMinor: minor }),
        ...(omitDescriptor ? {} : { descriptor: descriptorOf(stream) }),
      };
    }),
    SetStreamAnnotations: unary(SetStreamAnnotationsParamsSchema, SetStreamAnnotationsResponseSchema, (request) => {
      store.setAnnotations(uuidText(request.uuid), request.expectedPropertyVersion, keyed(request.changes), request.removals);
      return {};
    }),
    SetStreamTags: unary(SetStreamTagsParamsSchema, SetStreamTagsResponseSchema, (request) => {
      store.setTags(uuidText(request.uuid), request.expectedPropertyVersion, request.collection, keyed(request.tags), request.remove);
      return {};
    }),
    Obliterate: unary(ObliterateParamsSchema, ObliterateResponseSchema, ({ uuid }) => {
      store.obliterate(uuidText(uuid));
      return {};
    }),
    ListCollections: messages(ListCollectionsParamsSchema, ListCollectionsResponseSchema, function* ({ prefix }) {
      for (const collections of groups(store.collections(prefix), perMessage)) yield { collections };
    }),
    LookupStreams: messages(LookupStreamsParamsSchema, LookupStreamsResponseSchema, function* (request) {
      const found = store.lookup(request.collection, request.isCollectionPrefix, keyed(request.tags), keyed(request.annotations));
      for (const streams of groups(found, perMessage)) yield { results: streams.map(descriptorOf) };
    }),
    GetMetadataUsage: unary(MetadataUsageParamsSchema, MetadataUsageResponseSchema, ({ prefix }) => {
      const tags = new Map<string, bigint>(tagKeys.map((key) => [key, 0n]));
      const annotations = new Map<string, bigint>();
      for (const stream of store.lookup(prefix, true)) {
        for (const [key, value] of stream.tags) if (value !== "") tags.set(key, (tags.get(key) ?? 0n) + 1n);
        for (const key of stream.annotations.keys()) annotations.set(key, (annotations.get(key) ?? 0n) + 1n);
      }
      const counts = (of: Map<string, bigint>) => [...of].map(([key, count]) => ({ key, count }));
      return { tags: counts(tags), annotations: counts(annotations) };
    }),
    SQLQuery: messages(SQLQueryParamsSchema, SQLQueryResponseSchema, function* ({ query, params }) {
      const rows = querySql(query, params, store.lookup("", true)).map((row) => encoder.encode(JSON.stringify(row)));
      for (const group of groups(rows, perMessage)) yield { rows: group };
    }),
    FaultInject: unary(FaultInjectParamsSchema, FaultInjectResponseSchema, () => {
      throw refusal(serverCode.faultInjectionDisabled, "faults are injected by the program that started this server");
    }),
  };
}

function keyed(pairs: readonly KeyOptValue[]): Map<string, string | null> {
  return new Map(pairs.map(({ key, val }) => [key, val?.value ?? null]));
}

function descriptorOf({ uuid, collection, tags, annotations, propertyVersion }: StreamRecord) {
  const pairs = (of: ReadonlyMap<string, string | null>) =>
    [...of].map(([key, value]) => (value === null ? { key } : { key, val: { value } }));
  return { uuid: uuidBytes(uuid), collection, tags: pairs(tags), annotations: pairs(annotations), propertyVersion };
}
