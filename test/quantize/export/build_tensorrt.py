"""build_tensorrt.py MODEL…: has TensorRT-RTX parse and build each model, without a GPU; JSON of what
came of it: errors, bytes of the plan, and the network's convolutions by what they read and give."""
import json
import sys

import tensorrt_rtx_bindings as trt


class Errors(trt.ILogger):
    def __init__(self):
        trt.ILogger.__init__(self)
        self.lines = []

    def log(self, severity, message):
        if severity in (trt.ILogger.ERROR, trt.ILogger.INTERNAL_ERROR):
            self.lines.append(message)


def convolutions(network):
    """How many read INT8 (both what they fold and with what), and of those how many give INT8."""
    layers = [network.get_layer(i) for i in range(network.num_layers)]
    maker = {layer.get_output(i).name: layer for layer in layers for i in range(layer.num_outputs)}
    readers = {}
    for layer in layers:
        for i in range(layer.num_inputs):
            if layer.get_input(i) is not None:
                readers.setdefault(layer.get_input(i).name, []).append(layer)
    is_type = lambda tensor, kind: tensor is not None and getattr(maker.get(tensor.name), "type", None) == kind

    def quantized(name, depth=0):  # behind an activation function: two layers at most
        return all(
            layer.type == trt.LayerType.QUANTIZE
            or (depth < 2 and layer.type in (trt.LayerType.ACTIVATION, trt.LayerType.ELEMENTWISE)
                and quantized(layer.get_output(0).name, depth + 1))
            for layer in readers.get(name, [])
        ) and name in readers

    found = [layer for layer in layers if layer.type == trt.LayerType.CONVOLUTION]
    reading = [c for c in found if all(is_type(c.get_input(i), trt.LayerType.DEQUANTIZE) for i in (0, 1))]
    types = sorted({str(c.get_output(0).dtype).split(".")[-1] for c in found})
    return {
        "all": len(found),
        "reading": len(reading),
        "through": sum(quantized(c.get_output(0).name) for c in reading),
        "types": types,
    }


def build(path):
    log = Errors()
    builder = trt.Builder(log)
    network = builder.create_network(0)
    parser = trt.OnnxParser(network, log)
    parsed = parser.parse_from_file(path)
    errors = [str(parser.get_error(i)) for i in range(parser.num_errors)]
    if not parsed:
        return {"errors": errors or ["not parsed"]}
    config = builder.create_builder_config()
    config.num_compute_capabilities = 1
    config.set_compute_capability(trt.ComputeCapability.SM86, 0)
    image = network.get_input(0)
    if -1 in tuple(image.shape):
        profile = builder.create_optimization_profile()
        sizes = [[n if n > 0 else free for n, free in zip(image.shape, (batch, 3, side, side), strict=True)]
                 for batch, side in ((1, 320), (1, 640), (8, 640))]
        profile.set_shape(image.name, *sizes)
        config.add_optimization_profile(profile)
    plan = builder.build_serialized_network(network, config)
    return {
        "errors": errors + log.lines,
        "plan": plan.nbytes if plan else 0,
        "convolutions": convolutions(network),
        "inputs": [str(network.get_input(i).dtype).split(".")[-1] for i in range(network.num_inputs)],
        "outputs": [str(network.get_output(i).dtype).split(".")[-1] for i in range(network.num_outputs)],
    }


print(json.dumps([build(path) for path in sys.argv[1:]]))
