// Takes values from a fuzzer's input; zeros once it is used up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace fuzz {

class Bytes {
 public:
  Bytes(const uint8_t* data, size_t size) : data_(data), size_(size) {}

  template <typename T>
  T take() {
    T value{};
    const size_t count = size_ < sizeof value ? size_ : sizeof value;
    std::memcpy(&value, data_, count);
    data_ += count;
    size_ -= count;
    return value;
  }
  // In [low, high].
  int between(int low, int high) {
    return low + static_cast<int>(take<uint16_t>() % static_cast<unsigned>(high - low + 1));
  }
  bool flag() { return (take<uint8_t>() & 1) != 0; }
  // Fills with what is left, over and over.
  void fill(void* out, size_t count) const {
    auto* to = static_cast<uint8_t*>(out);
    size_t done = size_ < count ? size_ : count;
    if (done == 0) {
      std::memset(to, 0, count);
      return;
    }
    std::memcpy(to, data_, done);
    for (; done < count; done *= 2) {
      std::memcpy(to + done, to, done < count - done ? done : count - done);
    }
  }

 private:
  const uint8_t* data_;
  size_t size_;
};

// For what must hold whatever the input: ends the run, so that the fuzzer keeps the input.
inline void require(bool condition) {
  if (!condition) __builtin_trap();
}

}  // namespace fuzz
