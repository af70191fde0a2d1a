#include <algorithm>
#include <cmath>
#include <cstdint>

#include "backends/openvino/engine.h"
#include "backends/openvino/head.h"

namespace lineside {
namespace {

// Differences that single precision explains, and a wrong constant exceeds: of coordinates in input
// pixels, of scores.
constexpr double kPixels = 5e-3, kScore = 1e-4;

using Values = std::vector<float>;

// Numbers from 0 to 1 that are the same each time.
class Random {
 public:
  double next() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<double>(state_ >> 40) / static_cast<double>(1 << 24);
  }

 private:
  uint64_t state_ = 8;
};

// The maps of one level; [n, channels, cells].
struct Maps {
  int64_t batch, bins, classes, rows, columns, stride;
  Values boxes, logits;

  int64_t cells() const { return rows * columns; }
  void fill(Random& random, bool one_bin) {
    for (float& value : logits) value = static_cast<float>(16 * random.next() - 8);
    for (float& value : boxes) value = static_cast<float>(8 * random.next() - 4);
    if (!one_bin) return;
    for (int64_t n = 0; n < batch; ++n) {
      for (int64_t side = 0; side < 4; ++side) {
        for (int64_t cell = 0; cell < cells(); ++cell) {
          const int64_t bin = (cell + 5 * side) % bins;
          boxes[static_cast<size_t>(((n * 4 + side) * bins + bin) * cells() + cell)] = 25;
        }
      }
    }
  }
  double distance(int64_t n, int64_t side, int64_t cell) const {
    double sum = 0, weighted = 0;
    for (int64_t bin = 0; bin < bins; ++bin) {
      const double weight =
          std::exp(boxes[static_cast<size_t>(((n * 4 + side) * bins + bin) * cells() + cell)]);
      sum += weight;
      weighted += static_cast<double>(bin) * weight;
    }
    return weighted / sum;
  }
};

// Whether a decoded output [n, 4 + classes, anchors] is what the maps say.
bool agrees(const std::vector<Maps>& levels, const float* output, int64_t anchors) {
  int64_t before = 0;
  for (const Maps& maps : levels) {
    const int64_t fields = 4 + maps.classes;
    for (int64_t n = 0; n < maps.batch; ++n) {
      for (int64_t cell = 0; cell < maps.cells(); ++cell) {
        const float* found = output + n * fields * anchors + before + cell;
        // NaN must not agree.
        const auto is = [&](int64_t field, double value, double off) {
          return std::fabs(static_cast<double>(found[field * anchors]) - value) <= off;
        };
        const auto stride = static_cast<double>(maps.stride);
        const double x = static_cast<double>(cell % maps.columns) + 0.5;
        const double y = static_cast<double>(cell / maps.columns) + 0.5;
        const double left = x - maps.distance(n, 0, cell), top = y - maps.distance(n, 1, cell);
        const double right = x + maps.distance(n, 2, cell), bottom = y + maps.distance(n, 3, cell);
        if (!is(0, (left + right) / 2 * stride, kPixels) ||
            !is(1, (top + bottom) / 2 * stride, kPixels) ||
            !is(2, (right - left) * stride, kPixels) || !is(3, (bottom - top) * stride, kPixels)) {
          return false;
        }
        for (int64_t c = 0; c < maps.classes; ++c) {
          const float logit =
              maps.logits[static_cast<size_t>((n * maps.classes + c) * maps.cells() + cell)];
          if (!is(4 + c, 1 / (1 + std::exp(-static_cast<double>(logit))), kScore)) return false;
        }
      }
    }
    before += maps.cells();
  }
  return true;
}

// What lies between the maps and the output, as a model of its own; its first parameters are the
// maps, level by level. The model is taken apart.
ov::CompiledModel compile_decoding(ov::Model& model, const Head& head) {
  ov::ParameterVector parameters;
  for (const auto& level : head.levels) {
    for (ov::Output<ov::Node> map : {level.boxes, level.classes}) {
      parameters.push_back(
          std::make_shared<ov::op::v0::Parameter>(map.get_element_type(), map.get_shape()));
      map.replace(parameters.back()->output(0));
    }
  }
  // Shapes may still be asked of what came before.
  for (const auto& input : model.get_parameters()) parameters.push_back(input);
  const auto decoding = std::make_shared<ov::Model>(model.get_results(), parameters, "decoding");
  return openvino_core().compile_model(
      decoding, "CPU", ov::hint::inference_precision(ov::element::f32),
      ov::inference_num_threads(1), ov::num_streams(1), ov::hint::enable_cpu_pinning(false));
}

}  // namespace

bool decodes_as_known(const std::shared_ptr<ov::Model>& model) {
  // The search goes the same way through the copy.
  const std::shared_ptr<ov::Model> copy = model->clone();
  const auto head = find_likely_head(*copy);
  if (!head) return false;
  std::vector<Maps> levels;
  int64_t anchors = 0;
  for (const auto& level : head->levels) {
    const auto boxes = level.boxes.get_shape(), classes = level.classes.get_shape();
    levels.push_back({static_cast<int64_t>(boxes[0]), head->bins, static_cast<int64_t>(classes[1]),
                      static_cast<int64_t>(boxes[2]), static_cast<int64_t>(boxes[3]), level.stride,
                      Values(ov::shape_size(boxes)), Values(ov::shape_size(classes))});
    anchors += levels.back().cells();
  }
  ov::CompiledModel decoding = compile_decoding(*copy, *head);
  ov::InferRequest request = decoding.create_infer_request();
  Random random;
  for (const bool one_bin : {false, true}) {
    for (size_t i = 0; i < levels.size(); ++i) {
      levels[i].fill(random, one_bin);
      for (const bool classes : {false, true}) {
        Values& values = classes ? levels[i].logits : levels[i].boxes;
        ov::Tensor tensor = request.get_input_tensor(2 * i + (classes ? 1 : 0));
        std::copy(values.begin(), values.end(), tensor.data<float>());
      }
    }
    request.infer();
    if (!agrees(levels, request.get_output_tensor().data<float>(), anchors)) return false;
  }
  return true;
}

}  // namespace lineside
