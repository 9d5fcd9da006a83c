"""numpy's histogram for each rule that torch.histogram of TorchSharp knows. Prints {rule: {counts, edges}} for the values given."""
import json
import sys

import numpy

values = numpy.array(json.loads(sys.argv[1]))
ends = tuple(json.loads(sys.argv[2])) if len(sys.argv) > 2 else None
result = {}
for rule in ["doane", "rice", "scott", "sqrt", "stone", "sturges"]:
    counts, edges = numpy.histogram(values, bins=rule, range=ends)
    result[rule] = {"counts": counts.tolist(), "edges": edges.tolist()}
print(json.dumps(result))
