// What this machine has to see, code and decode with.
#pragma once

#include <string>
#include <vector>

namespace lineside {

// One /dev/video* that captures.
struct CameraDevice {
  std::string device;  // "/dev/video0"
  std::string name;
  std::string driver;
  std::string bus;
  std::string error;  // why it could not be asked, if so
};
std::vector<CameraDevice> v4l2_cameras();

// JSON for ls_devices; `backends` is a JSON list.
std::string describe_devices(const std::string& backends);

}  // namespace lineside
