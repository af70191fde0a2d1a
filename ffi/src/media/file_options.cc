#include "media/file_options.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "core/error.h"

namespace lineside {

FileOptions parse_file_options(Config& config) {
  FileOptions options;
  options.location = config.string("location");
  if (options.location.empty()) config.fail("location", "is empty, expected a path");
  options.realtime = config.boolean("realtime", false);
  options.loop = static_cast<uint32_t>(config.integer("loop", 1, 0, UINT32_MAX));
  options.start = config.number("start", 0, 0, 1e9);
  if (config.has("stop")) options.stop = config.number("stop", 0, 0, 1e9);
  if (options.stop && *options.stop <= options.start) {
    config.fail("stop", "must be greater than start");
  }
  options.queue = static_cast<uint32_t>(config.integer("queue", 4, 1, 1024));
  options.policy = static_cast<DropPolicy>(
      config.choice("policy", 0, {"block", "drop-oldest", "drop-newest", "latest"}));
  constexpr ls_pixel_format formats[] = {LS_NONE, LS_NV12, LS_I420, LS_GREY, LS_RGB};
  options.format = formats[config.choice("format", 0, {"auto", "NV12", "I420", "GREY", "RGB"})];
  options.threads = static_cast<uint32_t>(config.integer("threads", 1, 1, 64));
  return options;
}

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
}

std::string missing_bytes(const std::string& location) {
  std::ifstream file(location, std::ios::binary);
  file.seekg(0, std::ios::end);
  const std::streamoff end = file.tellg();
  const auto length = end < 0 ? 0 : static_cast<uint64_t>(end);
  const auto big_endian = [](const unsigned char* bytes, int count) {
    uint64_t value = 0;
    for (int i = 0; i < count; i++) value = value << 8 | bytes[i];
    return value;
  };
  uint64_t at = 0;
  while (length - at >= 8) {
    std::array<unsigned char, 16> head{};
    file.seekg(static_cast<std::streamoff>(at));
    file.read(reinterpret_cast<char*>(head.data()), 16);
    const std::streamsize read = file.gcount();
    file.clear();
    const std::string type(reinterpret_cast<char*>(head.data()) + 4, 4);
    if (at == 0 && type != "ftyp") return {};
    uint64_t size = big_endian(head.data(), 4);
    if (size == 1 && read == 16) size = big_endian(head.data() + 8, 8);
    if (size == 0) return {};  // to the end of the file, by definition
    if (size < 8) return {};   // nonsense: the demuxer will say so
    if (size > length - at) {
      return "the file is cut off: its '" + type + "' box needs " + std::to_string(at + size) +
             " bytes and there are " + std::to_string(length);
    }
    at += size;
  }
  return {};
}

}  // namespace lineside
