import struct
import sys

from messages import small_dicts

with open(sys.argv[1], "wb") as file:
    for message in small_dicts(int(sys.argv[2])):
        file.write(struct.pack("<I", len(message)) + message)
