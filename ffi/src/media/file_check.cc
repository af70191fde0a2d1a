#include "media/file_check.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>

#include "core/error.h"

namespace lineside {
namespace {

class Bytes {
 public:
  explicit Bytes(const std::string& location) : file_(location, std::ios::binary) {
    file_.seekg(0, std::ios::end);
    const std::streamoff end = file_.tellg();
    length_ = end < 0 ? 0 : static_cast<uint64_t>(end);
  }
  uint64_t length() const { return length_; }

  // Up to 16 bytes from `at`, zeros beyond the end.
  struct Head {
    uint8_t bytes[16] = {};
    uint64_t big(int from, int count) const {
      uint64_t value = 0;
      for (int i = 0; i < count; i++) value = value << 8 | bytes[from + i];
      return value;
    }
    bool is(int from, const char* letters) const {
      return std::memcmp(bytes + from, letters, std::strlen(letters)) == 0;
    }
  };
  Head read(uint64_t at) {
    Head head;
    file_.clear();
    file_.seekg(static_cast<std::streamoff>(at));
    file_.read(reinterpret_cast<char*>(head.bytes), sizeof(head.bytes));
    return head;
  }

 private:
  std::ifstream file_;
  uint64_t length_ = 0;
};

std::string cut_off(const std::string& part, uint64_t needed, uint64_t length) {
  return "the file is cut off: its " + part + " needs " + std::to_string(needed) +
         " bytes and there are " + std::to_string(length);
}

// ISO/IEC 14496-12, 4.2: boxes of a 32-bit size, or 1 and a 64-bit one, or 0 for all that follows.
std::string missing_of_mp4(Bytes& file, bool* index) {
  uint64_t at = 0;
  *index = false;
  while (file.length() - at >= 8) {
    const Bytes::Head head = file.read(at);
    uint64_t size = head.big(0, 4);
    if (size == 1) size = head.big(8, 8);
    *index = *index || head.is(4, "moov");
    if (size < 8) return {};  // to the end, or nonsense that the demuxer will report
    if (size > file.length() - at) {
      const std::string type(reinterpret_cast<const char*>(head.bytes) + 4, 4);
      return cut_off("'" + type + "' box", at + size, file.length());
    }
    at += size;
  }
  return {};
}

bool is_mp4(const Bytes::Head& head) { return head.is(4, "ftyp") || head.is(4, "moov"); }

// RFC 8794, 4: a size's first byte tells its length by its leading zeros; all ones: unknown.
bool matroska_size(const Bytes::Head& head, int from, uint64_t* size, int* bytes) {
  const uint8_t first = head.bytes[from];
  if (first == 0) return false;
  *bytes = __builtin_clz(first) - 23;
  const uint64_t ones = (uint64_t{1} << (7 * *bytes)) - 1;
  *size = head.big(from, *bytes) & ones;
  return *size != ones;
}

std::string missing_of_matroska(Bytes& file) {
  uint64_t size = 0;
  int bytes = 0;
  if (!matroska_size(file.read(0), 4, &size, &bytes)) return {};
  const uint64_t at = 4 + static_cast<uint64_t>(bytes) + size;
  const Bytes::Head segment = file.read(at);
  if (!segment.is(0, "\x18\x53\x80\x67")) return {};
  if (!matroska_size(segment, 4, &size, &bytes)) return {};
  const uint64_t needed = at + 4 + static_cast<uint64_t>(bytes) + size;
  return needed > file.length() ? cut_off("segment", needed, file.length()) : std::string();
}

std::string missing_of_avi(Bytes& file, const Bytes::Head& head) {
  const uint64_t size = head.bytes[4] | head.bytes[5] << 8 | head.bytes[6] << 16 |
                        static_cast<uint64_t>(head.bytes[7]) << 24;
  return size + 8 > file.length() ? cut_off("RIFF list", size + 8, file.length()) : std::string();
}

}  // namespace

void check_readable(const std::string& location) {
  struct stat status {};
  if (stat(location.c_str(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) {
      throw Error(LS_ERR_NOT_FOUND, location + ": there is no such file");
    }
    throw Error(LS_ERR_IO, location + ": " + std::strerror(errno));
  }
  if (S_ISDIR(status.st_mode)) {
    throw Error(LS_ERR_FORMAT, location + ": is a folder, expected a video file");
  }
  if (access(location.c_str(), R_OK) != 0) {
    throw Error(LS_ERR_IO, location + ": cannot be read (" + std::strerror(errno) + ")");
  }
  if (S_ISREG(status.st_mode) && status.st_size == 0) {
    throw Error(LS_ERR_FORMAT, location + ": is empty (0 bytes), expected a video file");
  }
  if (!S_ISREG(status.st_mode)) return;
  // Without its index an MP4 cannot be played; qtdemux may then neither fail nor end.
  Bytes file(location);
  bool index = false;
  if (!is_mp4(file.read(0))) return;
  const std::string missing = missing_of_mp4(file, &index);
  if (!index) {
    throw Error(LS_ERR_FORMAT, location + ": " + (missing.empty() ? "" : missing + "; ") +
                                   "it has no 'moov' box, which tells where its pictures are");
  }
}

std::string missing_bytes(const std::string& location) {
  Bytes file(location);
  const Bytes::Head head = file.read(0);
  bool index = false;
  if (is_mp4(head)) return missing_of_mp4(file, &index);
  if (head.is(0, "\x1a\x45\xdf\xa3")) return missing_of_matroska(file);
  if (head.is(0, "RIFF") && head.is(8, "AVI ")) return missing_of_avi(file, head);
  return {};
}

}  // namespace lineside
