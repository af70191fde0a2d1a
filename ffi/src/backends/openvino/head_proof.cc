#include <algorithm>
#include <array>
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

// Numbers from -most to most.
void fill(Values& values, Random& random, double most) {
  for (float& value : values) value = static_cast<float>(most * (2 * random.next() - 1));
}

double sigmoid(float logit) { return 1 / (1 + std::exp(-static_cast<double>(logit))); }

// The maps of one level; [n, channels, cells].
struct Maps {
  Head::Kind kind;
  int64_t batch, bins, rows, columns, stride;
  std::vector<Values> values;  // in the head's order

  int64_t cells() const { return rows * columns; }
  int64_t classes() const { return channels(values.size() - 1); }
  int64_t channels(size_t map) const {
    return static_cast<int64_t>(values[map].size()) / (batch * cells());
  }
  float at(size_t map, int64_t n, int64_t channel, int64_t cell) const {
    return values[map][static_cast<size_t>((n * channels(map) + channel) * cells() + cell)];
  }

  void put(Random& random, bool one_bin) {
    for (size_t i = 0; i < values.size(); ++i) fill(values[i], random, i == 0 ? 4 : 8);
    if (!one_bin || kind == Head::Kind::kOffsets) return;
    for (int64_t n = 0; n < batch; ++n) {
      for (int64_t side = 0; side < 4; ++side) {
        for (int64_t cell = 0; cell < cells(); ++cell) {
          const int64_t bin = (cell + 5 * side) % bins;
          values[0][static_cast<size_t>(((n * 4 + side) * bins + bin) * cells() + cell)] = 25;
        }
      }
    }
  }

  // The four numbers of a cell's box.
  std::array<double, 4> box(int64_t n, int64_t cell) const {
    std::array<double, 4> sides;
    for (int64_t i = 0; i < 4; ++i) {
      sides[static_cast<size_t>(i)] = kind == Head::Kind::kOffsets
                                          ? static_cast<double>(at(0, n, i, cell))
                                          : distance(n, i, cell);
    }
    if (kind == Head::Kind::kOffsets) return sides;
    const auto& [left, top, right, bottom] = sides;
    const double x = static_cast<double>(cell % columns) + 0.5;
    const double y = static_cast<double>(cell / columns) + 0.5;
    const auto scale = static_cast<double>(stride);
    return {(x + (right - left) / 2) * scale, (y + (bottom - top) / 2) * scale,
            (left + right) * scale, (top + bottom) * scale};
  }
  // What follows it: objectness if there is one, then each class.
  double score(int64_t n, int64_t cell, int64_t index) const {
    if (kind == Head::Kind::kDistributions) return sigmoid(at(1, n, index, cell));
    return sigmoid(index == 0 ? at(1, n, 0, cell) : at(2, n, index - 1, cell));
  }

 private:
  double distance(int64_t n, int64_t side, int64_t cell) const {
    double sum = 0, weighted = 0;
    for (int64_t bin = 0; bin < bins; ++bin) {
      const double weight = std::exp(static_cast<double>(at(0, n, side * bins + bin, cell)));
      sum += weight;
      weighted += static_cast<double>(bin) * weight;
    }
    return weighted / sum;
  }
};

// Whether a decoded output is what the maps say: [n, fields, anchors], with offsets [n, anchors,
// fields].
bool agrees(const std::vector<Maps>& levels, const float* output, int64_t anchors) {
  const bool offsets = levels[0].kind == Head::Kind::kOffsets;
  const int64_t fields = levels[0].classes() + (offsets ? 5 : 4);
  int64_t before = 0;
  for (const Maps& maps : levels) {
    for (int64_t n = 0; n < maps.batch; ++n) {
      for (int64_t cell = 0; cell < maps.cells(); ++cell) {
        const std::array<double, 4> box = maps.box(n, cell);
        for (int64_t field = 0; field < fields; ++field) {
          const int64_t anchor = before + cell;
          const int64_t at = offsets ? anchor * fields + field : field * anchors + anchor;
          const double found = static_cast<double>(output[n * fields * anchors + at]);
          const bool scores = field >= 4;
          const double expected =
              scores ? maps.score(n, cell, field - 4) : box[static_cast<size_t>(field)];
          // NaN must not agree.
          if (!(std::fabs(found - expected) <= (scores ? kScore : kPixels))) return false;
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
  for (ov::Output<ov::Node> map : head.maps()) {
    parameters.push_back(
        std::make_shared<ov::op::v0::Parameter>(map.get_element_type(), map.get_shape()));
    map.replace(parameters.back()->output(0));
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
    const ov::Shape first = level.maps[0].get_shape();
    const auto extent = [&first](size_t axis) { return static_cast<int64_t>(first[axis]); };
    Maps maps{head->kind, extent(0), head->bins, extent(2), extent(3), level.stride, {}};
    for (const auto& map : level.maps) maps.values.emplace_back(ov::shape_size(map.get_shape()));
    anchors += maps.cells();
    levels.push_back(std::move(maps));
  }
  ov::CompiledModel decoding = compile_decoding(*copy, *head);
  ov::InferRequest request = decoding.create_infer_request();
  Random random;
  for (const bool one_bin : {false, true}) {
    size_t input = 0;
    for (Maps& maps : levels) {
      maps.put(random, one_bin);
      for (const Values& values : maps.values) {
        ov::Tensor tensor = request.get_input_tensor(input++);
        std::copy(values.begin(), values.end(), tensor.data<float>());
      }
    }
    request.infer();
    if (!agrees(levels, request.get_output_tensor().data<float>(), anchors)) return false;
  }
  return true;
}

}  // namespace lineside
