import sys

# The points are the server's; the file is as large as they are, so that memory can be compared with it, and takes no place.
with open(sys.argv[1], "wb") as file:
    file.truncate(16 * int(sys.argv[2]))
