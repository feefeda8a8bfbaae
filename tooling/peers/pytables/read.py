"""Reads a file by h5py and by PyTables and prints what each finds."""

import sys

import h5py
import numpy as np
import tables
from describe import attribute, digest, little
from exact import answer


def data(array):
    array = np.asarray(array)
    dtype = array.dtype
    names = None if dtype.names is None else list(dtype.names)
    return {"shape": list(array.shape), "type": "record" if names else dtype.newbyteorder("<").str, "names": names, "bytes": digest(little(array))}


def attributes(items):
    return {name: attribute(value) for name, value in items}


def stored(node):
    """h5py leaves text of a fixed length as bytes, whatever its encoding."""
    for name, value in node.attrs.items():
        string = h5py.check_string_dtype(node.attrs.get_id(name).dtype)
        if isinstance(value, h5py.Empty):
            value = ""
        elif isinstance(value, bytes) and string is not None:
            value = value.decode("utf-8" if string.encoding == "utf-8" else "latin-1")
        yield name, value


def by_h5py(path):
    found = {}
    with h5py.File(path, "r") as file:

        def visit(name, node):
            found[name] = {"data": data(node[()]) if isinstance(node, h5py.Dataset) else None, "attributes": attributes(stored(node))}

        visit("/", file)
        file.visititems(lambda name, node: visit(f"/{name}", node))
    return found


def by_pytables(path):
    found = {}
    with tables.open_file(path, "r") as file:
        for node in file.walk_nodes("/"):
            names = node._v_attrs._v_attrnamesuser
            found[node._v_pathname] = {
                "data": data(node[()] if node.shape == () else node[:]) if isinstance(node, tables.Leaf) else None,
                "attributes": attributes((name, node._v_attrs[name]) for name in names),
                "class": type(node).__name__,
            }
    return found


answer({"h5py": by_h5py(sys.argv[1]), "PyTables": by_pytables(sys.argv[1])})
