/** Version 2: zeros, written when space is allocated. `allocation`: as the library chooses for each layout. */
export function encodeFillValue(allocation: "late" | "incremental"): Uint8Array {
  return Uint8Array.of(2, allocation === "late" ? 2 : 3, 0, 1, 0, 0, 0, 0);
}
