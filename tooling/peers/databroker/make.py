import sys

from answers import answers
from exact import answer
from runs import write_all

folder = sys.argv[1]
write_all(folder)
answer({kind: answers(kind, f"{folder}/{kind}", f"{folder}/files") for kind in ["msgpack", "jsonl"]})
