// Shapes and memory of tensors inside the library.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace lineside {

enum class ElementType : uint32_t { kF32 = 0, kF16 = 1, kU8 = 2, kBf16 = 3, kI32 = 4, kI64 = 5 };

// A view; `owner`, if there is one, keeps the memory alive.
struct Tensor {
  std::string name;
  ElementType type = ElementType::kF32;
  std::vector<int64_t> shape;
  void* data = nullptr;
  std::shared_ptr<void> owner;
};

}  // namespace lineside
