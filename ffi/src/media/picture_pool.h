// Memory for pictures that comes back: a fresh megabyte costs more in page faults than in copying.
#pragma once

#include <cstddef>
#include <memory>

namespace lineside {

// Uninitialized, at a cache line's start; goes back to the pool with its last owner. The pool keeps
// a few blocks of the sizes asked for last. Throws std::bad_alloc.
std::shared_ptr<void> pooled_memory(size_t bytes);

}  // namespace lineside
