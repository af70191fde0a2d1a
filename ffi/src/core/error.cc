#include "core/error.h"

#include <cstring>
#include <new>

namespace lineside {

int32_t report(ls_error* error, ls_status status, const char* message) {
  if (error) {
    error->status = status;
    // Whole UTF-8 characters only: a message that is cut must not end within one.
    size_t size = std::strlen(message);
    if (size > sizeof error->message - 1) {
      size = sizeof error->message - 1;
      while (size > 0 && (static_cast<unsigned char>(message[size]) & 0xC0) == 0x80) --size;
    }
    std::memcpy(error->message, message, size);
    error->message[size] = 0;
  }
  return status;
}

Failure current_failure() {
  try {
    throw;
  } catch (const Error& error) {
    return {error.status(), error.what()};
  } catch (const std::bad_alloc&) {
    return {LS_ERR_INTERNAL, "out of memory"};
  } catch (const std::exception& error) {
    return {LS_ERR_INTERNAL, error.what()};
  } catch (...) {
    return {LS_ERR_INTERNAL, "an unknown exception"};
  }
}

}  // namespace lineside
