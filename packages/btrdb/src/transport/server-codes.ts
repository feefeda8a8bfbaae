import type { SondeErrorCode } from "@sonde/core";

type Becomes = Extract<SondeErrorCode, "options" | "connection" | "auth" | "not-found" | "unsupported" | "limit">;

/** What one code of the server means to a caller. */
export type ServerCode = {
  readonly code: number;
  readonly name: string;
  readonly becomes: Becomes;
  /** Of `connection` alone: the same request may succeed later, and the client tries it again where that is harmless. */
  readonly retryable: boolean;
  /** What to do next. */
  readonly hint: string;
};

const entry = (code: number, name: string, becomes: Becomes, hint: string, retryable = false): ServerCode => ({
  code,
  name,
  becomes,
  retryable,
  hint,
});

const passing = "the cluster is busy or changing; it is tried again";
const broken = "the server is at fault; tell whoever runs it";

/**
 * Every code that a reply's `stat` may carry inside a stream whose gRPC status is OK, and the error that it becomes.
 * Names are those of the v5 servers. `docs/btrdb-errors.md` is generated from this.
 */
export const serverCodes: readonly ServerCode[] = [
  entry(401, "NoSuchPoint", "not-found", "there is no point on that side of the time; `nearest` resolves with undefined instead"),
  entry(402, "ContextError", "connection", "the server gave the request up; try again with a longer timeout"),
  entry(403, "InsertFailure", "connection", broken),
  entry(404, "NoSuchStream", "not-found", "list the streams that there are with streamsInCollection()"),
  entry(405, "WrongEndpoint", "connection", "another endpoint of the cluster holds the stream; it is tried again", true),
  entry(406, "StreamExists", "options", "choose another collection or another name"),
  entry(407, "InvalidCollection", "options", "a collection is 1 to 255 bytes of UTF-8 without NUL"),
  entry(408, "InvalidTagKey", "options", "a key begins with a to z and goes on with a to z, 0 to 9, '_' and '.', below 64 bytes"),
  entry(409, "InvalidTagValue", "options", "a tag is 1 to 255 bytes without NUL, an annotation somewhat longer"),
  entry(410, "NeverReached", "connection", broken),
  entry(411, "InvalidLimit", "options", "ask for a positive number of results"),
  entry(412, "AmbiguousTags", "options", "give more tags, so that one stream is left"),
  entry(
    413,
    "InvalidTimeRange",
    "options",
    "a range begins before it ends, not before 1933-06-20T00:01:36Z, and ends before 2079-08-08T23:55:13Z",
  ),
  entry(414, "InsertTooBig", "limit", "insert fewer points at a time (insertBatch)"),
  entry(415, "InvalidPointWidth", "options", "a point width is the logarithm of nanoseconds, 0 to 63; a width is above 0"),
  entry(416, "GenericError", "connection", "the server says no more; its message is all there is"),
  entry(417, "SameStream", "options", "the uuid is taken; take the stream that there is, or a new uuid"),
  entry(418, "AmbiguousStream", "options", "a stream with this collection and these tags exists; change one of them"),
  entry(419, "ClusterDegraded", "connection", passing, true),
  entry(420, "EnhanceYourCalm", "connection", passing, true),
  entry(421, "WrongArgs", "options", "the arguments contradict each other"),
  entry(422, "AnnotationTooBig", "limit", "shorten the annotation"),
  entry(423, "AnnotationVersionMismatch", "options", "someone else changed the metadata; refresh() and update again"),
  entry(424, "FaultInjectionDisabled", "unsupported", "the server does not inject faults"),
  entry(425, "BadValue", "options", "NaN and infinities can't be stored; leave these points out"),
  entry(426, "ResourceDepleted", "connection", passing, true),
  entry(427, "InvalidVersions", "options", "changes go from an older version to a newer one"),
  entry(428, "EtcdFailure", "connection", passing, true),
  entry(429, "ReusedUUID", "options", "the uuid belonged to an obliterated stream; take a new one"),
  entry(430, "ConcurrentModification", "connection", "someone else changes the stream; refresh() and try again"),
  entry(431, "ObliterateDisabled", "unsupported", "the server is set up to keep its streams; delete() their points instead"),
  entry(432, "CephError", "connection", broken),
  entry(433, "NodeExisted", "connection", broken),
  entry(434, "JournalError", "connection", broken),
  entry(435, "ManifestError", "connection", broken),
  entry(436, "ManifestDeviceDuplicated", "options", "the device is in the manifest already"),
  entry(437, "Unauthorized", "auth", "check the API key, and what it may do"),
  entry(438, "InvalidParameter", "options", "the server refuses a parameter"),
  entry(439, "ManifestDeviceDoesntExist", "not-found", "the device is not in the manifest"),
  entry(440, "MetadataConnectionError", "connection", passing, true),
  entry(441, "BadSQLValue", "options", "check the statement: SELECT over the table streams, parameters as $1, $2"),
  entry(442, "AlreadyExists", "options", "it exists already"),
  entry(443, "MissingParameter", "options", "a parameter is missing"),
  entry(444, "UnrecognizedParameter", "options", "the server does not know a parameter"),
  entry(445, "ObjectNotFound", "not-found", "there is no such object"),
  entry(446, "ObjectInUse", "options", "it is in use"),
  entry(447, "OperationNotAllowed", "auth", "the API key may not do this"),
  entry(448, "TLSError", "connection", broken),
  entry(449, "SelectorError", "options", "the server can't read the selection"),
  entry(450, "VersionNotAvailable", "not-found", "ask for version() and read that, or one before it"),
  entry(452, "OverlappingTrimRange", "options", "ranges to trim overlap"),
  entry(453, "LockFailed", "connection", passing, true),
  entry(454, "NoLeafNode", "connection", broken),
  entry(455, "TierCacheError", "connection", broken),
  entry(456, "StreamEmpty", "not-found", "the stream has no points"),
  entry(457, "TieredStorageBackendError", "connection", broken),
  entry(458, "TieredStorageOutOfBounds", "connection", broken),
  entry(459, "TieredStorageTemporaryError", "connection", passing, true),
  entry(500, "InvariantFailure", "connection", broken),
  entry(501, "NotImplemented", "unsupported", "this server can't do it"),
  entry(502, "UnsupportedRollback", "unsupported", "this server can't do it"),
];

const byCode = new Map(serverCodes.map((one) => [one.code, one]));

/** A code that no table knows is the server's fault, and is not tried again. */
export function serverCode(code: number): ServerCode {
  return byCode.get(code) ?? entry(code, "unknown", "connection", "the server gives a code that this client does not know");
}
