import sys

import recording

recording.make(sys.argv[1], seconds=int(sys.argv[2]), with_samples=True)
