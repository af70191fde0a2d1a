#include "media/pipeline.h"

namespace lineside {

Pipeline::Pipeline() {
  start_gstreamer();
  pipeline_.reset(GST_ELEMENT(gst_object_ref_sink(gst_pipeline_new(nullptr))));
  bus_.reset(gst_element_get_bus(pipeline_.get()));
}

Pipeline::~Pipeline() { stop(); }

GstElement* Pipeline::add(const char* factory, const char* name) {
  const ElementPtr owner = make_element(factory, name);
  GstElement* const element = owner.get();
  gst_bin_add(bin(), element);  // which holds it from now on
  return element;
}

bool Pipeline::set_state(GstState state) {
  return gst_element_set_state(pipeline_.get(), state) != GST_STATE_CHANGE_FAILURE;
}

MessagePtr Pipeline::pop(double seconds) {
  return MessagePtr(
      gst_bus_timed_pop(bus_.get(), seconds < 0 ? GST_CLOCK_TIME_NONE : clock_time(seconds)));
}

void Pipeline::wake() {
  gst_bus_post(bus_.get(),
               gst_message_new_application(nullptr, gst_structure_new_empty("lineside-wake")));
}

void Pipeline::stop() { gst_element_set_state(pipeline_.get(), GST_STATE_NULL); }

}  // namespace lineside
