// A sum that does not depend on the order of what is added.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace lineside {

// Fixed point, 384 bits: multiples of 2^-149 (the least float) up to 2^234, which no count of
// floats reaches. Sums of floats rounded to double are such multiples, so that adding is exact.
class ExactSum {
 public:
  // `value` is finite and a multiple of 2^-149.
  void add(double value) {
    int exponent = 0;
    const double fraction = std::frexp(std::fabs(value), &exponent);
    auto digits = static_cast<uint64_t>(std::ldexp(fraction, 53));
    int place = exponent - 53 + 149;
    if (place < 0) {
      digits >>= place > -64 ? -place : 63;
      place = 0;
    }
    const auto word = static_cast<size_t>(place / 64);
    const int shift = place % 64;
    std::array<uint64_t, kWords> term{};
    term[word] = digits << shift;
    if (shift > 11) term[word + 1] = digits >> (64 - shift);
    if (value < 0) negate(term);
    add(term);
  }

  void add(const ExactSum& other) { add(other.words_); }

  // Within one unit of a double's last place.
  double value() const {
    const bool negative = words_[kWords - 1] >> 63 != 0;
    std::array<uint64_t, kWords> words = words_;
    if (negative) negate(words);
    double sum = 0;
    for (size_t i = kWords; i-- > 0;) {
      sum += std::ldexp(static_cast<double>(words[i]), static_cast<int>(i) * 64 - 149);
    }
    return negative ? -sum : sum;
  }

 private:
  static constexpr size_t kWords = 6;

  void add(const std::array<uint64_t, kWords>& other) {
    uint64_t carry = 0;
    for (size_t i = 0; i < kWords; ++i) {
      const uint64_t sum = words_[i] + other[i];
      const uint64_t whole = sum + carry;
      carry = static_cast<uint64_t>(sum < other[i]) | static_cast<uint64_t>(whole < sum);
      words_[i] = whole;
    }
  }

  static void negate(std::array<uint64_t, kWords>& words) {
    bool carry = true;
    for (uint64_t& word : words) {
      word = ~word + static_cast<uint64_t>(carry);
      carry = carry && word == 0;
    }
  }

  std::array<uint64_t, kWords> words_{};
};

}  // namespace lineside
