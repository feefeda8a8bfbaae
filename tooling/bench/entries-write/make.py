import sys

# Nothing is read: both sides make their frames.
with open(sys.argv[1], "w") as file:
    file.write(sys.argv[2])
