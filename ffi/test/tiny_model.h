// ONNX models of one node, written byte by byte: what they compute can be told from their input.
#pragma once

#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

namespace lineside::test {

// Protobuf's wire format, as much as onnx.proto needs.
class Proto {
 public:
  Proto& number(int field, uint64_t value) {
    varint(static_cast<uint64_t>(field) << 3);
    varint(value);
    return *this;
  }
  Proto& bytes(int field, const std::string& value) {
    varint(static_cast<uint64_t>(field) << 3 | 2);
    varint(value.size());
    text_ += value;
    return *this;
  }
  Proto& message(int field, const Proto& value) { return bytes(field, value.text_); }
  const std::string& text() const { return text_; }

 private:
  void varint(uint64_t value) {
    for (; value >= 0x80; value >>= 7) text_ += static_cast<char>(value | 0x80);
    text_ += static_cast<char>(value);
  }
  std::string text_;
};

// A size of 0 stands for a free one, a batch.
inline Proto value_info(const std::string& name, const std::vector<int>& shape) {
  Proto dims;
  for (int extent : shape) {
    Proto dim;
    if (extent) {
      dim.number(1, static_cast<uint64_t>(extent));
    } else {
      dim.bytes(2, "n");
    }
    dims.message(1, dim);
  }
  const Proto tensor = Proto().number(1, 1 /* FLOAT */).message(2, dims);
  return Proto().bytes(1, name).message(2, Proto().message(1, tensor));
}

// Takes the grey picture [batch,1,rows,6] and gives it out as [batch,rows,6]: each row of pixels is
// a detection that is already suppressed (x1 y1 x2 y2 score class). A batch of 0 is free.
inline std::string squeeze_model(int rows, int batch) {
  const Proto axes = Proto().bytes(1, "axes").number(8, 1).number(20, 7 /* INTS */);
  const Proto node =
      Proto().bytes(1, "picture").bytes(2, "rows").bytes(4, "Squeeze").message(5, axes);
  const Proto graph = Proto()
                          .message(1, node)
                          .bytes(2, "squeeze")
                          .message(11, value_info("picture", {batch, 1, rows, 6}))
                          .message(12, value_info("rows", {batch, rows, 6}));
  return Proto().number(1, 7).message(7, graph).message(8, Proto().number(2, 11)).text();
}

// A file of these bytes that is gone with the object.
class TemporaryFile {
 public:
  TemporaryFile(const std::string& name, const std::string& bytes) {
    static int count = 0;
    path_ =
        "/tmp/lineside-" + std::to_string(getpid()) + "-" + std::to_string(++count) + "-" + name;
    FILE* file = std::fopen(path_.c_str(), "wb");
    if (!file) throw std::runtime_error("cannot write " + path_);
    std::fwrite(bytes.data(), 1, bytes.size(), file);
    std::fclose(file);
  }
  ~TemporaryFile() { std::remove(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace lineside::test
