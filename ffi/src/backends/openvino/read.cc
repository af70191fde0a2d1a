#include "backends/openvino/read.h"

#include <openvino/frontend/manager.hpp>

#include "backends/openvino/engine.h"
#include "backends/openvino/failure.h"
#include "core/error.h"

namespace lineside {
namespace {

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

}  // namespace

std::shared_ptr<ov::Model> read_model(const std::string& path) {
  try {
    // ov::Core would offer a broken ONNX file to the readers of all other formats, which complain
    // on standard error each, and then say only that none could read it.
    if (ends_with(path, ".onnx")) {
      static auto* manager = new ov::frontend::FrontEndManager();
      const auto frontend = manager->load_by_framework("onnx");
      if (frontend) return frontend->convert(frontend->load(path));
    }
    return openvino_core().read_model(path);
  } catch (const std::exception& error) {
    throw Error(LS_ERR_FORMAT,
                path + " is no model that OpenVINO can read: " + readable(error.what()));
  }
}

}  // namespace lineside
