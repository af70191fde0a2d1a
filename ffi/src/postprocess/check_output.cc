#include <sstream>

#include "postprocess/candidates.h"
#include "postprocess/detect.h"

namespace lineside {

std::string listed(const std::vector<int64_t>& shape) {
  std::ostringstream text;
  text << "[";
  for (size_t i = 0; i < shape.size(); ++i) text << (i == 0 ? "" : ", ") << shape[i];
  text << "]";
  return text.str();
}

namespace {

const char* type_name(ElementType type) {
  switch (type) {
    case ElementType::kF32:
      return "f32";
    case ElementType::kF16:
      return "f16";
    case ElementType::kBf16:
      return "bf16";
    case ElementType::kU8:
      return "u8";
    case ElementType::kI32:
      return "i32";
    case ElementType::kI64:
      return "i64";
  }
  return "an unknown type";
}

int64_t cell_count(const DetectOptions& options) {
  int64_t count = 0;
  for (const int stride : options.strides) {
    count += static_cast<int64_t>(options.input_width / stride) * (options.input_height / stride);
  }
  return count;
}

// What is wrong with the options themselves.
std::string check_options(const DetectOptions& options) {
  // More would be a wrong number, and take memory for each.
  constexpr int kMostClasses = 1000000;
  // Three grids of any larger sizes could be more cells than an int64 counts.
  constexpr int kMostSide = 1 << 20;
  if (options.classes < 1 || options.classes > kMostClasses) {
    return "the number of classes is " + std::to_string(options.classes) + ", expected 1 to " +
           std::to_string(kMostClasses);
  }
  if (options.family != HeadFamily::kYolox) return "";
  if (options.input_width < 1 || options.input_height < 1 || options.input_width > kMostSide ||
      options.input_height > kMostSide) {
    return "the input size is " + std::to_string(options.input_width) + "x" +
           std::to_string(options.input_height) + ", expected 1x1 to " + std::to_string(kMostSide) +
           "x" + std::to_string(kMostSide) + " for a yolox head";
  }
  if (options.strides.empty()) return "there are no strides, which a yolox head is decoded by";
  for (const int stride : options.strides) {
    if (stride < 1) {
      return "a stride is " + std::to_string(stride) + ", expected at least 1 (usually 8, 16, 32)";
    }
  }
  return "";
}

std::string wanted(const DetectOptions& options) {
  const std::string classes = " for " + std::to_string(options.classes) + " classes";
  switch (options.family) {
    case HeadFamily::kYolov8:
      return "a yolov8 head gives [1, " + std::to_string(4 + options.classes) + ", N]" + classes;
    case HeadFamily::kYolov5:
      return "a yolov5 head gives [1, N, " + std::to_string(5 + options.classes) + "]" + classes;
    case HeadFamily::kYolox: {
      std::string strides;
      for (const int stride : options.strides) {
        strides += (strides.empty() ? "" : ", ") + std::to_string(stride);
      }
      return "a yolox head gives [1, " + std::to_string(cell_count(options)) + ", " +
             std::to_string(5 + options.classes) + "]" + classes + ", an input of " +
             std::to_string(options.input_width) + "x" + std::to_string(options.input_height) +
             " and strides " + strides;
    }
    case HeadFamily::kSuppressed:
      return "a suppressed output is [1, N, 6]";
  }
  return "the family is unknown";
}

}  // namespace

std::string check_output(const Tensor& output, const DetectOptions& options) {
  const std::string wrong = check_options(options);
  if (!wrong.empty()) return wrong;
  // Called for every picture: no text is made unless something is wrong.
  const auto name = [&] {
    return output.name.empty() ? "the output" : "output \"" + output.name + "\"";
  };
  if (output.type != ElementType::kF32 && output.type != ElementType::kF16 &&
      output.type != ElementType::kBf16) {
    return name() + " holds " + type_name(output.type) + ", expected f32, f16 or bf16";
  }
  const auto& shape = output.shape;
  bool fits = shape.size() == 3 && shape[0] == 1 && shape[1] >= 0 && shape[2] >= 0;
  // Anchors are numbered in 32 bits.
  fits = fits && shape[1] < INT32_MAX && shape[2] < INT32_MAX;
  if (fits) {
    switch (options.family) {
      case HeadFamily::kYolov8:
        fits = shape[1] == 4 + static_cast<int64_t>(options.classes);
        break;
      case HeadFamily::kYolov5:
        fits = shape[2] == 5 + static_cast<int64_t>(options.classes);
        break;
      case HeadFamily::kYolox:
        fits = shape[2] == 5 + static_cast<int64_t>(options.classes) &&
               shape[1] == cell_count(options);
        break;
      case HeadFamily::kSuppressed:
        fits = shape[2] == 6;
        break;
    }
  }
  if (!fits) return name() + " has the shape " + listed(shape) + ", but " + wanted(options);
  if (output.data == nullptr && shape[1] * shape[2] != 0) return name() + " has no data";
  return "";
}

}  // namespace lineside
