// Memory for pixels and tensors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>

#include "core/tensor.h"

namespace lineside {

// At least `bytes` bytes at a cache line's start, uninitialized. Throws std::bad_alloc.
std::shared_ptr<void> allocate(size_t bytes);

size_t element_bytes(ElementType type);
size_t tensor_bytes(const Tensor& tensor);

// "1x3x640x640"
std::string shape_text(const std::vector<int64_t>& shape);

}  // namespace lineside
