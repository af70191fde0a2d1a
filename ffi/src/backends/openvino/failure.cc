#include "backends/openvino/failure.h"

#include <sstream>
#include <vector>

namespace lineside {
namespace {

bool starts_with(const std::string& text, const char* start) { return text.rfind(start, 0) == 0; }

std::string trimmed(const std::string& text) {
  const size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

}  // namespace

std::string readable(const std::string& openvino_message) {
  std::istringstream lines(openvino_message);
  std::string line, kept, location;
  while (std::getline(lines, line)) {
    line = trimmed(line);
    // "Exception from src/…:110:", "Check 'x' failed at src/…:64:", a path alone: where, not what.
    const bool where =
        starts_with(line, "Exception from ") || starts_with(line, "src/") ||
        (starts_with(line, "Check '") && line.find("failed at ") != std::string::npos);
    if (line.empty()) continue;
    if (where) {
      location = line;
      continue;
    }
    if (!kept.empty()) kept += "; ";
    kept += line;
    if (kept.size() > 400) break;
  }
  return kept.empty() ? (location.empty() ? "OpenVINO gave no reason" : location) : kept;
}

}  // namespace lineside
