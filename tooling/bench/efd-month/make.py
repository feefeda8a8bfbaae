import sys

from telemetry import make

make(sys.argv[1], int(sys.argv[2]), fields=2)
