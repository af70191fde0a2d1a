// Histograms and sums: the same whatever the order, the pieces and the processor.
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>

#include "check.h"
#include "observe/exact_sum.h"
#include "observe/histogram.h"
#include "observe/scan.h"
#include "preprocess/simd.h"

using namespace lineside;

namespace {

// Values of all magnitudes and both signs, subnormal ones and powers of two included.
std::vector<float> values(size_t count, int seed, int least = -149, int most = 127) {
  std::mt19937 random(static_cast<unsigned>(seed));
  std::uniform_int_distribution<int> exponents(least, most);
  std::uniform_real_distribution<float> fractions(-2, 2);
  std::vector<float> list;
  for (size_t i = 0; i < count; ++i) {
    const float fraction = i % 7 == 0 ? 1.0F : i % 11 == 0 ? -1.0F : fractions(random);
    list.push_back(i % 13 == 0 ? 0.0F : std::ldexp(fraction, std::min(exponents(random), 126)));
  }
  return list;
}

Histogram counted(const std::vector<float>& list, int bins = 4096) {
  Histogram histogram(bins);
  for (float value : list) {
    histogram.cover(value, value);
    histogram.add(&value, 1);
  }
  return histogram;
}

// By the definition, in a wider type.
std::map<size_t, uint64_t> naive(const std::vector<float>& list, int exponent, int bins) {
  std::map<size_t, uint64_t> counts;
  for (float value : list) {
    const double place = std::floor(std::ldexp(static_cast<double>(value), -exponent) * bins / 2);
    ++counts[static_cast<size_t>(place + bins / 2.0)];
  }
  return counts;
}

void check_same(Histogram& found, const std::vector<float>& list, int bins) {
  const auto& counts = found.bins();
  const auto expected = naive(list, found.exponent(), bins);
  uint64_t total = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    const auto it = expected.find(i);
    const uint64_t wanted = it == expected.end() ? 0 : it->second;
    total += counts[i];
    if (counts[i] != wanted) {
      CHECK_EQ(counts[i], wanted);
      return;
    }
  }
  CHECK_EQ(total, list.size());
}

}  // namespace

TEST(counts_are_those_of_the_definition) {
  for (int bins : {64, 4096, 65536}) {
    for (int most : {-140, -90, -3, 0, 30, 127}) {
      const auto list = values(5000, most, most - 20, most);
      Histogram histogram = counted(list, bins);
      check_same(histogram, list, bins);
      const float far = *std::max_element(
          list.begin(), list.end(), [](float a, float b) { return std::fabs(a) < std::fabs(b); });
      // No wider than it must be.
      const double width = std::ldexp(1.0, histogram.exponent());
      CHECK(std::fabs(far) <= width);
      CHECK(histogram.exponent() == Histogram::kLeast || std::fabs(far) >= width / 2);
    }
  }
}

TEST(order_and_pieces_do_not_matter) {
  auto list = values(20000, 1);
  Histogram all = counted(list);
  check_same(all, list, 4096);
  std::mt19937 random(2);
  for (int round = 0; round < 5; ++round) {
    std::shuffle(list.begin(), list.end(), random);
    std::vector<Histogram> parts(4, Histogram(4096));
    for (size_t begin = 0; begin < list.size();) {
      const size_t size = std::min<size_t>(1 + random() % 700, list.size() - begin);
      const auto ends = std::minmax_element(list.begin() + begin, list.begin() + begin + size);
      Histogram& part = parts[random() % parts.size()];
      part.cover(*ends.first, *ends.second);
      part.add(&list[begin], size);
      begin += size;
    }
    Histogram merged(4096);
    for (auto& part : parts) merged.merge(part);
    CHECK_EQ(merged.exponent(), all.exponent());
    CHECK(merged.bins() == all.bins());
  }
}

TEST(the_range_is_half_open) {
  const auto exponent = [](float value) { return counted({value}).exponent(); };
  CHECK_EQ(exponent(1.0F), 1);
  CHECK_EQ(exponent(-1.0F), 0);
  CHECK_EQ(exponent(std::nextafter(1.0F, 0.0F)), 0);
  CHECK_EQ(exponent(std::nextafter(-1.0F, -2.0F)), 1);
  CHECK_EQ(exponent(0), Histogram::kLeast);
  CHECK_EQ(exponent(-std::numeric_limits<float>::denorm_min()), Histogram::kLeast);
  CHECK_EQ(exponent(std::numeric_limits<float>::max()), 128);
  CHECK_EQ(exponent(std::numeric_limits<float>::lowest()), 128);
  CHECK_EQ(counted({-1.0F}).bins().front(), 1u);
  CHECK_EQ(counted({std::nextafter(1.0F, 0.0F)}).bins().back(), 1u);
}

TEST(a_negative_that_underflows_stays_negative) {
  const float tiny = -std::numeric_limits<float>::denorm_min();
  Histogram late = counted({tiny, 1e30F});
  Histogram early = counted({1e30F, tiny});
  CHECK_EQ(late.bins()[2047], 1u);
  CHECK(late.bins() == early.bins());
}

TEST(a_cleared_one_is_as_new) {
  Histogram histogram = counted(values(1000, 3));
  histogram.clear();
  CHECK_EQ(histogram.exponent(), Histogram::kLeast);
  for (uint64_t count : histogram.bins()) CHECK_EQ(count, 0u);
}

TEST(a_scan_finds_extremes_and_what_is_not_finite) {
  const float infinity = std::numeric_limits<float>::infinity();
  for (size_t count : {1, 2, 7, 8, 9, 31, 1000}) {
    auto list = values(count, static_cast<int>(count), -20, 20);
    const Scan found = scan(list.data(), count);
    CHECK(found.finite);
    CHECK_EQ(found.min, *std::min_element(list.begin(), list.end()));
    CHECK_EQ(found.max, *std::max_element(list.begin(), list.end()));
    double sum = 0, absolute = 0;
    for (float value : list) sum += value, absolute += std::fabs(value);
    CHECK_NEAR(found.sum, sum, absolute * 1e-13);
    CHECK_NEAR(found.sum_absolute, absolute, absolute * 1e-13);
    for (float bad : {infinity, -infinity, std::nanf(""), -std::nanf("")}) {
      for (size_t at : {size_t{0}, count / 2, count - 1}) {
        auto spoiled = list;
        spoiled[at] = bad;
        CHECK(!scan(spoiled.data(), count).finite);
      }
    }
  }
  const float zeros[] = {-0.0F, -0.0F};
  CHECK(!std::signbit(scan(zeros, 2).min) && !std::signbit(scan(zeros, 2).max));
  const float most[] = {std::numeric_limits<float>::max(), std::numeric_limits<float>::lowest()};
  CHECK(scan(most, 2).finite);
}

TEST(portable_kernels_give_the_same) {
  const auto list = values(4099, 4);
  const Scan fast = scan(list.data(), list.size());
  std::vector<int32_t> fast_floors(list.size()), floors(list.size());
  floor_scaled(list.data(), list.size(), 0x1p-110F, fast_floors.data());
  use_portable_kernels(true);
  const Scan portable = scan(list.data(), list.size());
  floor_scaled(list.data(), list.size(), 0x1p-110F, floors.data());
  use_portable_kernels(false);
  CHECK(fast_floors == floors);
  CHECK_EQ(fast.min, portable.min);
  CHECK_EQ(fast.max, portable.max);
  CHECK_EQ(fast.sum, portable.sum);
  CHECK_EQ(fast.sum_absolute, portable.sum_absolute);
}

TEST(sums_are_exact_in_any_order) {
  auto list = values(3000, 5);
  ExactSum forward, backward, pieces[2];
  for (float value : list) forward.add(value);
  for (size_t i = list.size(); i-- > 0;) {
    backward.add(list[i]);
    pieces[i % 2].add(list[i]);
  }
  pieces[0].add(pieces[1]);
  CHECK_EQ(forward.value(), backward.value());
  CHECK_EQ(forward.value(), pieces[0].value());
  for (float value : list) forward.add(-value);
  CHECK_EQ(forward.value(), 0.0);

  ExactSum sum;
  for (double value : {3e38, 1e-45, -3e38}) sum.add(static_cast<float>(value));
  CHECK_EQ(sum.value(), static_cast<double>(std::numeric_limits<float>::denorm_min()));
  ExactSum negative;
  negative.add(-1.5);
  negative.add(-0x1p-52);
  CHECK_EQ(negative.value(), -1.5 - 0x1p-52);
  ExactSum large;
  for (int i = 0; i < 1000; ++i) large.add(0x1.fffffep127 * 65536);
  CHECK_NEAR(large.value() / (0x1.fffffep127 * 65536000), 1, 1e-15);
}
