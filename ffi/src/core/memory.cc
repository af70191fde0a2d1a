#include "core/memory.h"

#include <new>

namespace lineside {

std::shared_ptr<void> allocate(size_t bytes) {
  constexpr std::align_val_t kLine{64};
  return {::operator new(bytes ? bytes : 1, kLine), [](void* p) { ::operator delete(p, kLine); }};
}

size_t element_bytes(ElementType type) {
  switch (type) {
    case ElementType::kF32:
    case ElementType::kI32:
      return 4;
    case ElementType::kF16:
    case ElementType::kBf16:
      return 2;
    case ElementType::kU8:
      return 1;
    case ElementType::kI64:
      return 8;
  }
  return 1;
}

size_t tensor_bytes(const Tensor& tensor) {
  size_t count = element_bytes(tensor.type);
  for (int64_t extent : tensor.shape) count *= static_cast<size_t>(extent);
  return count;
}

std::string shape_text(const std::vector<int64_t>& shape) {
  std::string text;
  for (int64_t extent : shape) {
    if (!text.empty()) text += 'x';
    text += extent < 0 ? "?" : std::to_string(extent);
  }
  return text;
}

}  // namespace lineside
