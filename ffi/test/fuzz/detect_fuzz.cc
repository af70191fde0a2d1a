// Any shape, any options, any bytes in the tensor: refused with a text, or read without a fault.
#include <memory>
#include <vector>

#include "bytes.h"
#include "postprocess/detect.h"
#include "preprocess/simd.h"

using namespace lineside;

namespace {

// Values of an output, at most.
constexpr int64_t kMost = 1 << 12;

// Where the shape can be read, in memory that ends where the tensor does.
std::unique_ptr<uint8_t[]> values_for(Tensor& output, const fuzz::Bytes& bytes) {
  int64_t count = 1;
  for (const int64_t size : output.shape) {
    if (size < 0 || size > kMost) return nullptr;
    count *= size;
    if (count > kMost) return nullptr;
  }
  const size_t element = output.type == ElementType::kF32 || output.type == ElementType::kI32 ? 4
                         : output.type == ElementType::kI64                                   ? 8
                         : output.type == ElementType::kU8                                    ? 1
                                                                                              : 2;
  std::unique_ptr<uint8_t[]> memory(new uint8_t[static_cast<size_t>(count) * element]);
  bytes.fill(memory.get(), static_cast<size_t>(count) * element);
  return memory;
}

// A shape that fits the options, so that more than the refusal is reached.
std::vector<int64_t> fitting_shape(const DetectOptions& options, fuzz::Bytes& bytes) {
  const int64_t anchors = bytes.between(0, 40);
  const int64_t classes = options.classes;
  switch (options.family) {
    case HeadFamily::kYolov8:
      return {1, 4 + classes, anchors};
    case HeadFamily::kYolov5:
      return {1, anchors, 5 + classes};
    case HeadFamily::kSuppressed:
      return {1, anchors, 6};
    case HeadFamily::kYolox:
      break;
  }
  int64_t cells = 0;
  for (const int stride : options.strides) {
    // Sizes are any int32: a second grid of 2^62 cells would not be counted any more.
    if (stride > 0 && cells <= kMost) {
      cells += static_cast<int64_t>(options.input_width / stride) * (options.input_height / stride);
    }
  }
  return {1, cells, 5 + classes};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Bytes bytes(data, size);
  DetectOptions options;
  options.family = static_cast<HeadFamily>(bytes.between(0, 3));
  options.classes = bytes.flag() ? bytes.between(1, 12) : bytes.take<int32_t>();
  options.strides.clear();
  for (int i = bytes.between(0, 3); i > 0; --i) {
    options.strides.push_back(bytes.flag() ? bytes.between(1, 32) : bytes.take<int32_t>());
  }
  options.input_width = bytes.flag() ? bytes.between(1, 100) : bytes.take<int32_t>();
  options.input_height = bytes.flag() ? bytes.between(1, 100) : bytes.take<int32_t>();
  options.score = bytes.flag() ? 0.25f : bytes.take<float>();
  options.iou = bytes.flag() ? 0.7f : bytes.take<float>();
  options.max_detections = bytes.flag() ? 300 : bytes.take<int32_t>();
  options.max_candidates = bytes.flag() ? 30000 : bytes.take<int32_t>();
  options.agnostic = bytes.flag();
  options.multi_label = bytes.flag();
  if (bytes.flag()) options.keep = {bytes.take<int32_t>(), bytes.between(0, 12)};
  LetterboxOptions letterbox;
  letterbox.width = bytes.between(1, 700);
  letterbox.height = bytes.between(1, 700);
  const LetterboxGeometry geometry =
      letterbox_geometry(bytes.between(1, 5000), bytes.between(1, 5000), letterbox);
  Tensor output;
  output.type = bytes.flag() ? ElementType::kF32 : static_cast<ElementType>(bytes.between(0, 5));
  if (bytes.take<uint8_t>() % 4 != 0) {
    output.shape = fitting_shape(options, bytes);
  } else {
    for (int i = bytes.between(0, 5); i > 0; --i) {
      output.shape.push_back(bytes.flag() ? bytes.between(0, 30) : bytes.take<int64_t>());
    }
  }
  const std::unique_ptr<uint8_t[]> memory = values_for(output, bytes);
  output.data = memory.get();
  const bool fits = check_output(output, options).empty();
  std::vector<ls_detection> found;
  detect(output, options, geometry, found);
  fuzz::require(fits || found.empty());
  for (size_t i = 0; i < found.size(); ++i) {
    const ls_detection& one = found[i];
    fuzz::require(one.x1 >= 0 && one.x1 < one.x2 &&
                  one.x2 <= static_cast<float>(geometry.source_width));
    fuzz::require(one.y1 >= 0 && one.y1 < one.y2 &&
                  one.y2 <= static_cast<float>(geometry.source_height));
    fuzz::require(one.class_id >= 0 && one.class_id < options.classes);
    fuzz::require(one.score <= 1 && (i == 0 || one.score <= found[i - 1].score));
  }
  use_portable_kernels(true);
  std::vector<ls_detection> portable;
  detect(output, options, geometry, portable);
  use_portable_kernels(false);
  fuzz::require(portable.size() == found.size());
  return 0;
}
