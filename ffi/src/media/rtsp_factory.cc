#include "media/rtsp_factory.h"

#include <atomic>
#include <memory>
#include <new>
#include <utility>

namespace {

// In C's namespace, as GObject's macros want it.
struct LinesideFactory {
  GstRTSPMediaFactory parent;
  // Set before the factory is mounted, read on the server's threads.
  std::atomic<std::shared_ptr<lineside::MediaHooks>*> hooks;
};
struct LinesideFactoryClass {
  GstRTSPMediaFactoryClass parent;
};

GType lineside_factory_get_type();
G_DEFINE_TYPE(LinesideFactory, lineside_factory, GST_TYPE_RTSP_MEDIA_FACTORY)

LinesideFactory* cast(gpointer object) {
  return G_TYPE_CHECK_INSTANCE_CAST(object, lineside_factory_get_type(), LinesideFactory);
}

void lineside_factory_init(LinesideFactory* self) {
  new (&self->hooks) std::atomic<std::shared_ptr<lineside::MediaHooks>*>(nullptr);
}

void finalize(GObject* object) {
  delete cast(object)->hooks.load();
  G_OBJECT_CLASS(lineside_factory_parent_class)->finalize(object);
}

GstElement* create_element(GstRTSPMediaFactory* factory, const GstRTSPUrl*) {
  return (*cast(factory)->hooks.load())->create();
}

void configure(GstRTSPMediaFactory* factory, GstRTSPMedia* media) {
  GST_RTSP_MEDIA_FACTORY_CLASS(lineside_factory_parent_class)->configure(factory, media);
  using Hooks = std::shared_ptr<lineside::MediaHooks>;
  g_signal_connect_data(
      media, "unprepared", G_CALLBACK(+[](GstRTSPMedia* gone, gpointer hooks) {
        GstElement* bin = gst_rtsp_media_get_element(gone);
        (*static_cast<Hooks*>(hooks))->unprepared(bin);
        if (bin) gst_object_unref(bin);
      }),
      new Hooks(*cast(factory)->hooks.load()),
      [](gpointer hooks, GClosure*) { delete static_cast<Hooks*>(hooks); },
      static_cast<GConnectFlags>(0));
}

void lineside_factory_class_init(LinesideFactoryClass* type) {
  G_OBJECT_CLASS(type)->finalize = finalize;
  GST_RTSP_MEDIA_FACTORY_CLASS(type)->create_element = create_element;
  GST_RTSP_MEDIA_FACTORY_CLASS(type)->configure = configure;
}

}  // namespace

namespace lineside {

GstRTSPMediaFactory* new_media_factory(MediaHooks hooks) {
  auto* factory =
      static_cast<GstRTSPMediaFactory*>(g_object_new(lineside_factory_get_type(), nullptr));
  cast(factory)->hooks =
      new std::shared_ptr<MediaHooks>(std::make_shared<MediaHooks>(std::move(hooks)));
  gst_rtsp_media_factory_set_shared(factory, TRUE);
  return factory;
}

}  // namespace lineside
