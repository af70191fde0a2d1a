#include "chain/chain.h"
#include "core/config.h"

namespace lineside {
namespace {

void read_three(Config& reader, const char* key, float* out) {
  const auto values = reader.numbers(key, {out[0], out[1], out[2]});
  if (values.size() != 3 && values.size() != 1) {
    reader.fail(key, "expected three numbers, found " + std::to_string(values.size()));
  }
  for (size_t i = 0; i < 3; ++i) out[i] = static_cast<float>(values[values.size() == 1 ? 0 : i]);
}

LetterboxOptions read_letterbox(Config& reader) {
  LetterboxOptions options;
  options.width = static_cast<int>(reader.integer("width", 640, 1, 16384));
  options.height = static_cast<int>(reader.integer("height", 640, 1, 16384));
  options.pad = static_cast<int>(reader.integer("pad", 114, 0, 255));
  options.centered = reader.choice("align", 0, {"center", "top-left"}) == 0;
  options.upscale = reader.boolean("upscale", true);
  options.layout = static_cast<Layout>(reader.choice("layout", 0, {"NCHW", "NHWC"}));
  options.type = static_cast<ElementType>(reader.choice("type", 0, {"f32", "f16", "u8", "bf16"}));
  options.order = static_cast<ChannelOrder>(reader.choice("order", 0, {"RGB", "BGR", "GREY"}));
  const bool bytes = options.type == ElementType::kU8;
  options.scale = static_cast<float>(reader.number("scale", bytes ? 1.0 : 1.0 / 255.0, -1e6, 1e6));
  read_three(reader, "mean", options.mean);
  read_three(reader, "std", options.std);
  for (float deviation : options.std) {
    if (!(deviation > 0)) reader.fail("std", "expected numbers greater than 0");
  }
  if (bytes) {
    for (int i = 0; i < 3; ++i) {
      if (options.scale != 1 || options.mean[i] != 0 || options.std[i] != 1) {
        reader.fail("type", "u8 holds pixels as they are: scale must be 1, mean 0 and std 1");
      }
    }
  }
  reader.finish();
  return options;
}

DetectOptions read_nms(Config& reader) {
  DetectOptions options;
  if (!reader.has("family")) reader.fail("family", "is missing");
  options.family = static_cast<HeadFamily>(
      reader.choice("family", 0, {"yolov8", "yolov5", "yolox", "suppressed"}));
  options.classes = static_cast<int>(reader.integer("classes", 80, 1, 100000));
  const auto strides = reader.numbers("strides", {8, 16, 32});
  options.strides.clear();
  for (double stride : strides) {
    if (!(stride >= 1 && stride <= 1024)) reader.fail("strides", "expected numbers from 1 to 1024");
    options.strides.push_back(static_cast<int>(stride));
  }
  options.score = static_cast<float>(reader.number("score", 0.25, 0, 1));
  options.iou = static_cast<float>(reader.number("iou", 0.7, 0, 1));
  options.max_detections = static_cast<int>(reader.integer("max", 300, 1, 100000));
  options.max_candidates = static_cast<int>(reader.integer("candidates", 30000, 1, 10000000));
  options.agnostic = reader.boolean("agnostic", false);
  options.multi_label = reader.boolean("multiLabel", false);
  for (double id : reader.numbers("keep", {})) {
    if (!(id >= 0 && id < options.classes)) {
      reader.fail("keep", "expected class ids from 0 to " + std::to_string(options.classes - 1));
    }
    options.keep.push_back(static_cast<int>(id));
  }
  reader.finish();
  return options;
}

}  // namespace

ChainOptions parse_chain_options(const char* config) {
  Config reader(config, "chain");
  ChainOptions options;
  if (auto letterbox = reader.child("letterbox")) options.letterbox = read_letterbox(*letterbox);
  options.engine = static_cast<ls_handle>(reader.integer("engine", 0, 0, 0xFFFFFFFF));
  if (auto nms = reader.child("nms")) options.nms = read_nms(*nms);
  options.observer = static_cast<ls_handle>(reader.integer("observer", 0, 0, 0xFFFFFFFF));
  reader.finish();
  if (!options.letterbox && !options.engine && !options.nms) {
    reader.fail("letterbox", "a chain needs at least one of letterbox, engine and nms");
  }
  if (options.letterbox && options.nms && !options.engine) {
    reader.fail("engine", "is missing: between letterbox and nms there must be an engine");
  }
  if (options.observer && (!options.engine || options.nms)) {
    reader.fail("observer", "counts what an engine gives: there must be an engine, and no nms");
  }
  return options;
}

}  // namespace lineside
