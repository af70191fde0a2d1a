#include "chain/model_file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <cstdint>
#include <fstream>

#include "core/error.h"

namespace lineside {
namespace {

class Walker {
 public:
  Walker(std::ifstream& file, uint64_t size) : file_(file), size_(size) {}

  // False: no protobuf from here on.
  bool varint(uint64_t& value) {
    value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const int byte = file_.get();
      if (byte < 0) return false;
      ++at_;
      value |= static_cast<uint64_t>(byte & 0x7F) << shift;
      if (!(byte & 0x80)) return true;
    }
    return false;
  }

  bool skip(uint64_t bytes) {
    if (bytes > size_ - at_) return false;
    at_ += bytes;
    file_.seekg(static_cast<std::streamoff>(at_));
    return true;
  }

  uint64_t at() const { return at_; }
  bool ended() const { return at_ == size_; }

 private:
  std::ifstream& file_;
  uint64_t size_, at_ = 0;
};

[[noreturn]] void not_onnx(const std::string& path, const std::string& why) {
  throw Error(LS_ERR_FORMAT, path + " is no ONNX model: " + why);
}

void check_onnx(const std::string& path, std::ifstream& file, uint64_t size) {
  Walker walker(file, size);
  bool version = false, graph = false;
  while (!walker.ended()) {
    const uint64_t begun = walker.at();
    uint64_t tag = 0, value = 0;
    bool fits = walker.varint(tag);
    const uint64_t field = tag >> 3;
    // onnx.proto's ModelProto has the fields 1 to 26; text hits others at once.
    if (!fits || field == 0 || field > 64 || (!version && !graph && field > 26)) {
      not_onnx(path, "its bytes at " + std::to_string(begun) + " are no protobuf field of a model");
    }
    switch (tag & 7) {
      case 0:
        fits = walker.varint(value);
        version = version || field == 1;
        break;
      case 1:
        fits = walker.skip(8);
        break;
      case 2:
        fits = walker.varint(value);
        if (fits && !walker.skip(value)) {
          const std::string needs = std::to_string(value), has = std::to_string(size - walker.at());
          if (!version)
            not_onnx(path, "a field at " + std::to_string(begun) + " claims " + needs +
                               " bytes of the " + has + " that are left");
          throw Error(LS_ERR_FORMAT,
                      path + " is truncated: " + (field == 7 ? "its graph" : "a field of it") +
                          " needs " + needs + " bytes and the file has " + has + " left");
        }
        graph = graph || field == 7;
        break;
      case 5:
        fits = walker.skip(4);
        break;
      default:
        fits = false;
    }
    if (!fits) not_onnx(path, "its bytes at " + std::to_string(begun) + " are no protobuf field");
  }
  if (!graph) {
    not_onnx(path, size == 0 ? "it is empty" : "it has no graph (is the file truncated?)");
  }
}

}  // namespace

void check_model_file(const std::string& path) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0) {
    throw Error(errno == ENOENT || errno == ENOTDIR ? LS_ERR_NOT_FOUND : LS_ERR_IO,
                "cannot open the model " + path + ": " + strerror(errno));
  }
  if (!S_ISREG(status.st_mode)) throw Error(LS_ERR_FORMAT, path + " is no file, so no model");
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(LS_ERR_IO, "cannot read the model " + path + ": " + strerror(errno));
  const bool onnx = path.size() > 5 && path.compare(path.size() - 5, 5, ".onnx") == 0;
  if (onnx) check_onnx(path, file, static_cast<uint64_t>(status.st_size));
}

}  // namespace lineside
