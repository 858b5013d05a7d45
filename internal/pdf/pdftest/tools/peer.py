"""Makes a document once for each line it reads, and prints how many
microseconds that took: python3 peer.py INPUT.html"""
import sys
import time

import weasyprint

with open(sys.argv[1], encoding="utf-8") as file:
    html = file.read()
for _ in sys.stdin:
    begin = time.perf_counter()
    weasyprint.HTML(string=html).write_pdf()
    print(int((time.perf_counter() - begin) * 1e6), flush=True)
