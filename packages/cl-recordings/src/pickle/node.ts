/** What a pickle says, before it becomes plain values: whole numbers apart from floats, tuples apart from lists. */
export type PickleNode =
  | { readonly kind: "none" }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "int"; readonly value: bigint }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "bytes"; readonly value: Uint8Array }
  | { readonly kind: "complex"; readonly re: number; readonly im: number }
  | PickleSequence
  | PickleDict
  | NumpyDtype
  | { readonly kind: "numpy-scalar"; readonly dtype: NumpyDtype; readonly bytes: Uint8Array }
  | NumpyArray
  | PickleGlobal;

export type PickleSequence = { readonly kind: "list" | "tuple" | "set"; readonly items: PickleNode[] };
export type PickleDict = { readonly kind: "dict"; readonly entries: [key: PickleNode, value: PickleNode][] };
/** `code` is numpy's kind and size ("f8", "U3": of text in characters); the byte order arrives later, by BUILD. */
export type NumpyDtype = { readonly kind: "dtype"; readonly code: string; order: "<" | ">" | "|" };
/** Undefined until BUILD fills it. */
export type NumpyArray = { readonly kind: "numpy-array"; filled: NumpyArrayContent | undefined };
export type NumpyArrayContent = NumpyNumbers | NumpyObjects;
/** Bytes of `shape` in C order, the last dimension fastest, or in Fortran's, the first fastest. */
export type NumpyNumbers = {
  readonly dtype: NumpyDtype;
  readonly shape: readonly number[];
  readonly fortran: boolean;
  readonly bytes: Uint8Array;
};
/** An array of Python objects (PyTables makes one of an integer past 64 bits): its items in C order. */
export type NumpyObjects = { readonly shape: readonly number[]; readonly items: readonly PickleNode[] };
/** One of the few names that a pickle may mention; never a function, only its name. */
export type PickleGlobal = { readonly kind: "global"; readonly name: GlobalName };
export type GlobalName = "encode" | "bytes" | "complex" | "set" | "scalar" | "dtype" | "ndarray" | "reconstruct" | "frombuffer";
