// Observers, through the C ABI, on frames whose tensors are made here.
#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <thread>

#include "core/c_api.h"
#include "core/memory.h"
#include "fixture.h"
#include "preprocess/half.h"

using namespace lineside;
using test::Event;
using test::Fixture;

namespace {

struct Sketch {
  std::vector<int64_t> shape;
  std::vector<float> values;
  ElementType type = ElementType::kF32;
};

Tensor tensor_of(const Sketch& sketch) {
  Tensor tensor;
  tensor.name = "sketch";
  tensor.type = sketch.type;
  tensor.shape = sketch.shape;
  tensor.owner = allocate(tensor_bytes(tensor));
  tensor.data = tensor.owner.get();
  for (size_t i = 0; i < sketch.values.size(); ++i) {
    if (sketch.type == ElementType::kF32) {
      static_cast<float*>(tensor.data)[i] = sketch.values[i];
    } else if (sketch.type == ElementType::kF16) {
      static_cast<uint16_t*>(tensor.data)[i] = to_half(sketch.values[i]);
    } else if (sketch.type == ElementType::kBf16) {
      uint32_t bits;
      std::memcpy(&bits, &sketch.values[i], sizeof bits);
      static_cast<uint16_t*>(tensor.data)[i] = static_cast<uint16_t>(bits >> 16);
    }
  }
  return tensor;
}

struct Seen {
  int32_t status = 0;
  std::string message;
  ls_histogram head{};
  std::vector<uint64_t> bins;
  std::vector<ls_channel> channels;
};

struct Observed {
  Fixture runtime{"{\"threads\": 3}"};
  ls_handle observer = 0;

  explicit Observed(const std::string& config = "{\"tensors\": [0]}") { open(config); }

  ls_handle open(const std::string& config) {
    ls_error error{};
    if (ls_observer_create(runtime, config.c_str(), &observer, &error) != LS_OK) {
      throw std::runtime_error(error.message);
    }
    return observer;
  }

  ls_handle frame(const std::vector<Sketch>& sketches) {
    auto frame = std::make_shared<Frame>();
    for (const Sketch& sketch : sketches) frame->tensors.push_back(tensor_of(sketch));
    return runtime_of(runtime).add(FramePtr(std::move(frame)));
  }

  // Submits it, waits, and gives the frame back.
  Event count(const std::vector<Sketch>& sketches) {
    const ls_handle given = frame(sketches);
    CHECK_EQ(ls_observer_submit(runtime, observer, given, 5), LS_OK);
    Event event = runtime.next();
    CHECK_EQ(event.head.kind, LS_DONE);
    CHECK_EQ(event.head.object, observer);
    CHECK_EQ(event.head.token, 5u);
    CHECK_EQ(event.head.frame, given);
    ls_frame_release(runtime, given);
    return event;
  }

  Seen read(uint32_t index = 0) {
    Seen seen;
    ls_error error{};
    seen.status = ls_observer_read(runtime, observer, index, &seen.head, nullptr, 0, &error);
    seen.message = error.message;
    if (seen.status != LS_OK) return seen;
    seen.bins.resize(seen.head.bins);
    CHECK_EQ(ls_observer_read(runtime, observer, index, &seen.head, seen.bins.data(),
                              seen.head.bins, &error),
             LS_OK);
    seen.channels.resize(seen.head.channels);
    CHECK_EQ(ls_observer_read_channels(runtime, observer, index, seen.channels.data(),
                                       seen.head.channels, &error),
             LS_OK);
    return seen;
  }
};

bool same(const Seen& a, const Seen& b) {
  const auto alike = [](const ls_channel& x, const ls_channel& y) {
    return x.count == y.count && x.sum == y.sum && x.min == y.min && x.max == y.max;
  };
  return std::memcmp(&a.head, &b.head, sizeof a.head) == 0 && a.bins == b.bins &&
         std::equal(a.channels.begin(), a.channels.end(), b.channels.begin(), b.channels.end(),
                    alike);
}

const float kInfinity = std::numeric_limits<float>::infinity();

}  // namespace

TEST(a_tensor_is_counted) {
  Observed observed;
  CHECK_EQ(observed.read().head.count, 0u);
  CHECK_EQ(observed.count({{{1, 2, 3}, {-3, 0.5F, 0.25F, 0, 1, 2}}}).head.status, LS_OK);
  const Seen seen = observed.read();
  CHECK_EQ(seen.head.count, 6u);
  CHECK_EQ(seen.head.min, -3.0F);
  CHECK_EQ(seen.head.max, 2.0F);
  CHECK_EQ(seen.head.sum, 0.75);
  CHECK_EQ(seen.head.sum_absolute, 6.75);
  CHECK_EQ(seen.head.exponent, 2);
  CHECK_EQ(seen.head.bins, 4096u);
  CHECK_EQ(seen.head.channels, 0u);
  CHECK_EQ(seen.bins[512], 1u);         // -3
  CHECK_EQ(seen.bins[2048], 1u);        // 0
  CHECK_EQ(seen.bins[2048 + 512], 1u);  // 1
}

TEST(what_is_not_finite_is_told_and_left_out) {
  Observed observed("{\"tensors\": [0], \"channels\": true}");
  observed.count(
      {{{1, 2, 3}, {kInfinity, std::nanf(""), 2, -kInfinity, -std::nanf(""), kInfinity}}});
  const Seen seen = observed.read();
  CHECK_EQ(seen.head.count, 1u);
  CHECK_EQ(seen.head.nans, 2u);
  CHECK_EQ(seen.head.infinities, 3u);
  CHECK_EQ(seen.head.min, 2.0F);
  CHECK_EQ(seen.head.sum, 2.0);
  CHECK_EQ(seen.channels[0].count, 1u);
  CHECK_EQ(seen.channels[1].count, 0u);
}

TEST(channels_are_told_apart) {
  Observed observed("{\"tensors\": [1, 0], \"channels\": true, \"bins\": 64}");
  const Sketch two = {{2, 2, 2}, {1, 2, 10, 20, 3, -4, 30, 40}};
  const Sketch flat = {{3}, {7, 8, 9}};
  observed.count({two, flat});
  observed.count({two, flat});
  const Seen seen = observed.read(1);
  CHECK_EQ(seen.channels.size(), 2u);
  CHECK_EQ(seen.channels[0].count, 8u);
  CHECK_EQ(seen.channels[0].sum, 4.0);
  CHECK_EQ(seen.channels[0].min, -4.0F);
  CHECK_EQ(seen.channels[0].max, 3.0F);
  CHECK_EQ(seen.channels[1].sum, 200.0);
  CHECK_EQ(seen.bins.size(), 64u);
  CHECK_EQ(observed.read(0).channels.size(), 1u);
  CHECK_EQ(observed.read(0).head.max, 9.0F);
}

TEST(channels_are_found_where_the_layout_has_them) {
  // Halves, so that sums are exact in any order; more rows than are looked at in one go.
  const size_t channels = 5, cells = 61 * 67;
  for (ElementType type : {ElementType::kF32, ElementType::kBf16}) {
    Sketch planes{{2, 5, 61, 67}, std::vector<float>(2 * channels * cells), type};
    Sketch rows{{2, 61, 67, 5}, planes.values, type};
    std::mt19937 random(3);
    for (size_t picture = 0; picture < 2; ++picture) {
      for (size_t c = 0; c < channels; ++c) {
        for (size_t cell = 0; cell < cells; ++cell) {
          const float value = static_cast<float>(random() % 64) / 2 - static_cast<float>(c);
          planes.values[(picture * channels + c) * cells + cell] = value;
          rows.values[(picture * cells + cell) * channels + c] = value;
        }
      }
    }
    const Sketch flat{{1, 2}, {3, 4}, type};
    const std::string config = "{\"tensors\": [0, 1], \"channels\": true";
    Observed first(config + "}"), last(config + ", \"layout\": \"NHWC\"}");
    first.count({planes, flat});
    last.count({rows, flat});
    CHECK_EQ(first.read().channels.size(), channels);
    CHECK(same(first.read(), last.read()));
    CHECK(same(first.read(1), last.read(1)));
    for (const float odd : {kInfinity, -kInfinity, std::nanf("")}) {
      planes.values[2 * cells + 7] = rows.values[7 * channels + 2] = odd;
      first.count({planes, flat});
      last.count({rows, flat});
      CHECK(same(first.read(), last.read()));
    }
    CHECK_EQ(last.read().head.nans, 1u);
    CHECK_EQ(last.read().head.infinities, 2u);
    CHECK_EQ(last.read().channels[2].count + 3, last.read().channels[1].count);
  }
}

TEST(a_histogram_that_is_used_again_counts_as_a_new_one) {
  // The range of a tensor that comes first is not the next one's.
  Observed once, twice("{\"tensors\": [0, 1]}");
  const Sketch large{{1, 2}, {1000, -3000}}, small{{1, 3}, {0.25F, 0.5F, -0.125F}};
  once.count({small});
  twice.count({large, small});
  twice.count({large, large});
  CHECK_EQ(twice.read(0).head.exponent, 12);
  CHECK_EQ(once.read().head.exponent, 0);
  CHECK_EQ(twice.read(1).head.count, 5u);
  uint64_t counted = 0;
  for (const uint64_t count : twice.read(1).bins) counted += count;
  CHECK_EQ(counted, 5u);
}

TEST(sixteen_bits_are_read_as_what_they_are) {
  for (ElementType type : {ElementType::kF16, ElementType::kBf16}) {
    Observed observed;
    Sketch sketch{{1, 20000}, {}, type};
    for (int i = 0; i < 20000; ++i) sketch.values.push_back(static_cast<float>(i % 100 - 50) / 64);
    observed.count({sketch});
    const Seen found = observed.read();
    Observed whole;
    sketch.type = ElementType::kF32;
    whole.count({sketch});
    CHECK(same(found, whole.read()));
    CHECK_EQ(found.head.count, 20000u);
  }
}

TEST(order_and_threads_do_not_matter) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<std::vector<Sketch>> frames;
  for (int i = 0; i < 12; ++i) {
    std::vector<Sketch> tensors;
    for (int64_t side : {70, 3, 1}) {
      Sketch sketch{{1, 5, side, side}, {}};
      const float scale = std::ldexp(1.0F, static_cast<int>(random() % 9) - 4);
      for (int64_t k = 0; k < 5 * side * side; ++k) sketch.values.push_back(normal(random) * scale);
      tensors.push_back(std::move(sketch));
    }
    frames.push_back(std::move(tensors));
  }
  const std::string config = "{\"tensors\": [0, 1, 2], \"channels\": true}";
  Observed in_turn(config);
  for (const auto& frame : frames) in_turn.count(frame);

  Observed at_once(config);
  std::vector<std::thread> threads;
  for (size_t thread = 0; thread < 3; ++thread) {
    threads.emplace_back([&, thread] {
      for (size_t i = frames.size(); i-- > 0;) {
        if (i % 3 != thread) continue;
        const ls_handle frame = at_once.frame(frames[i]);
        CHECK_EQ(ls_observer_submit(at_once.runtime, at_once.observer, frame, 1), LS_OK);
        ls_histogram head{};  // reading while others count must not disturb them
        ls_observer_read(at_once.runtime, at_once.observer, 0, &head, nullptr, 0, nullptr);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (size_t i = 0; i < frames.size(); ++i) {
    const Event event = at_once.runtime.next();
    CHECK_EQ(event.head.status, LS_OK);
    ls_frame_release(at_once.runtime, event.head.frame);
  }
  for (uint32_t index = 0; index < 3; ++index) {
    CHECK(same(in_turn.read(index), at_once.read(index)));
    CHECK(in_turn.read(index).head.count > 0);
  }
}

TEST(a_frame_that_does_not_fit_is_refused_whole) {
  Observed observed("{\"tensors\": [0, 1], \"channels\": true}");
  const Sketch two = {{1, 2}, {1, 2}}, three = {{1, 3}, {1, 2, 3}};
  CHECK_EQ(observed.count({two, three}).head.status, LS_OK);
  const Seen before = observed.read(0);

  Event event = observed.count({two});
  CHECK_EQ(event.head.status, LS_ERR_FORMAT);
  CHECK_CONTAINS(event.payload, "tensor 1 is to be observed, but the frame has 1 tensors");
  event = observed.count({two, two});
  CHECK_EQ(event.head.status, LS_ERR_FORMAT);
  CHECK_CONTAINS(event.payload, "is 1x2, but had 3 channels in the first frame");
  event = observed.count({two, {{1, 3}, {}, ElementType::kI32}});
  CHECK_CONTAINS(event.payload, "is not of f32, f16 or bf16");
  CHECK(same(before, observed.read(0)));
  CHECK_EQ(observed.count({two, {{2, 3}, {1, 2, 3, 4, 5, 6}}}).head.status, LS_OK);
  CHECK_EQ(observed.read(1).head.count, 9u);
}

TEST(an_empty_tensor_counts_nothing) {
  Observed observed("{\"tensors\": [0], \"channels\": true}");
  CHECK_EQ(observed.count({{{1, 4, 0}, {}}}).head.status, LS_OK);
  CHECK_EQ(observed.read().head.count, 0u);
  CHECK_EQ(observed.count({{{0, 4, 2}, {}}}).head.status, LS_OK);
  CHECK_EQ(observed.count({{{1, 4, 1}, {1, 2, 3, 4}}}).head.status, LS_OK);
  CHECK_EQ(observed.read().head.count, 4u);
}

TEST(what_a_letterbox_makes_is_counted) {
  Observed observed;
  const ls_handle chain = observed.runtime.chain(
      "{\"letterbox\": {\"width\": 8, \"height\": 8, \"type\": \"f32\", \"order\": \"RGB\", "
      "\"scale\": 1}}");
  const ls_handle picture = observed.runtime.frame(LS_GREY, 8, 4, std::vector<uint8_t>(32, 200));
  const Event made = observed.runtime.through(chain, picture);
  CHECK_EQ(ls_observer_submit(observed.runtime, observed.observer, made.head.frame, 1), LS_OK);
  const Event done = observed.runtime.next();
  CHECK_EQ(done.head.status, LS_OK);
  CHECK_EQ(done.head.width, 8u);
  ls_frame_release(observed.runtime, done.head.frame);
  const Seen seen = observed.read();
  CHECK_EQ(seen.head.count, 192u);
  CHECK_EQ(seen.head.min, 114.0F);
  CHECK_EQ(seen.head.max, 200.0F);
  CHECK_EQ(seen.head.sum, 96.0 * 314);
}

TEST(closing_waits_for_what_was_submitted) {
  Observed observed;
  Sketch sketch{{1, 300000}, std::vector<float>(300000, 0.5F)};
  for (uint32_t i = 0; i < 4; ++i) {
    CHECK_EQ(ls_observer_submit(observed.runtime, observed.observer, observed.frame({sketch}), i),
             LS_OK);
  }
  CHECK_EQ(ls_close(observed.runtime, observed.observer), LS_OK);
  const ls_handle late = observed.frame({sketch});
  const int32_t status = ls_observer_submit(observed.runtime, observed.observer, late, 9);
  CHECK(status == LS_ERR_CLOSED || status == LS_ERR_HANDLE);
  ls_frame_release(observed.runtime, late);
  for (int i = 0; i < 4; ++i) {
    const Event event = observed.runtime.next();
    CHECK_EQ(event.head.kind, LS_DONE);
    ls_frame_release(observed.runtime, event.head.frame);
  }
  CHECK_EQ(observed.runtime.next().head.kind, LS_CLOSED);
  CHECK_EQ(observed.read().status, LS_ERR_HANDLE);
}

TEST(wrong_calls_are_refused) {
  Observed observed;
  const auto refusal = [&](const std::string& config) {
    ls_error error{};
    ls_handle handle = 0;
    CHECK_EQ(ls_observer_create(observed.runtime, config.c_str(), &handle, &error), LS_ERR_CONFIG);
    return std::string(error.message);
  };
  CHECK_CONTAINS(refusal("{}"), "observer.tensors: is missing");
  CHECK_CONTAINS(refusal("{\"tensors\": []}"), "at least one index");
  CHECK_CONTAINS(refusal("{\"tensors\": [1, 1]}"), "has 1 twice");
  CHECK_CONTAINS(refusal("{\"tensors\": [0.5]}"), "whole numbers from 0 to 65535, found 0.5");
  CHECK_CONTAINS(refusal("{\"tensors\": [-1]}"), "found -1");
  CHECK_CONTAINS(refusal("{\"tensors\": [0], \"bins\": 100}"), "a power of two, found 100");
  CHECK_CONTAINS(refusal("{\"tensors\": [0], \"layout\": \"CHW\"}"), "layout");
  CHECK_CONTAINS(refusal("{\"tensors\": [0], \"bin\": 64}"), "did you mean \"bins\"");

  ls_error error{};
  ls_histogram head{};
  std::vector<uint64_t> bins(4095);
  ls_runtime* const runtime = observed.runtime;
  CHECK_EQ(ls_observer_read(runtime, observed.observer, 0, &head, bins.data(), 4095, &error),
           LS_ERR_ARGUMENT);
  CHECK_CONTAINS(error.message, "expected 4096 bins, found 4095");
  CHECK_EQ(ls_observer_read(runtime, observed.observer, 1, &head, nullptr, 0, &error),
           LS_ERR_ARGUMENT);
  CHECK_CONTAINS(error.message, "there is no histogram 1");
  CHECK_EQ(ls_observer_read(runtime, observed.observer, 0, nullptr, nullptr, 0, &error),
           LS_ERR_ARGUMENT);
  CHECK_EQ(ls_observer_read_channels(runtime, observed.observer, 0, nullptr, 3, &error),
           LS_ERR_ARGUMENT);
  CHECK_CONTAINS(error.message, "expected 0 channels, found 3");
  CHECK_EQ(ls_observer_submit(runtime, observed.observer, 12345, 1), LS_ERR_HANDLE);
  const ls_handle frame = observed.frame({{{1}, {1}}});
  CHECK_EQ(ls_observer_submit(runtime, frame, frame, 1), LS_ERR_HANDLE);
  ls_frame_release(runtime, frame);
  char text[256];
  CHECK(ls_stats(runtime, observed.observer, text, sizeof text) > 0);
  CHECK_CONTAINS(std::string(text), "\"kind\":\"observer\"");
}
