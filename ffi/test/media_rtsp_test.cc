// The RTSP server, seen by clients that are not ours.
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "media_clips.h"

using namespace lineside;
using namespace lineside::test;
using nlohmann::json;

namespace {

ls_handle open_sink(Fixture& runtime, const json& config) {
  ls_error error{};
  ls_handle sink = 0;
  if (ls_sink_open(runtime, config.dump().c_str(), &sink, &error) != LS_OK) {
    throw std::runtime_error(error.message);
  }
  return sink;
}

bool has(const char* program) {
  return std::system(("command -v " + std::string(program) + " > /dev/null 2>&1").c_str()) == 0;
}

// A server on a free port with one stream, fed at 30 frames/s until it goes.
class Station {
 public:
  Station() {
    server = open_sink(runtime, {{"kind", "rtsp-server"}, {"port", 0}});
    const Event up = runtime.next(20);
    if (up.head.kind != LS_OPENED) throw check::Skipped{up.payload};
    mount =
        open_sink(runtime, {{"kind", "rtsp"}, {"server", server}, {"path", "/view"}, {"fps", 30}});
    const Event ready = runtime.next(20);
    if (ready.head.kind != LS_OPENED) throw check::Skipped{ready.payload};
    url = json::parse(ready.payload).at("url");
    feeder_ = std::thread([this] { feed(); });
  }
  ~Station() { stop(); }

  // Seconds the closing of stream and server took.
  double stop() {
    if (!feeder_.joinable()) return 0;
    stopping_ = true;
    feeder_.join();
    const double start = ls_now();
    CHECK(close_and_wait(runtime, mount, 5));
    CHECK(close_and_wait(runtime, server, 5));
    return ls_now() - start;
  }

  Fixture runtime;
  ls_handle server = 0;
  ls_handle mount = 0;
  std::string url;

 private:
  void feed() {
    for (int i = 0; !stopping_; i++) {
      if (ls_sink_push(runtime, mount, runtime.blank(320, 180, i), 1) != LS_OK) return;
      const Event done = runtime.next(5);
      if (done.head.frame) ls_frame_release(runtime, done.head.frame);
      usleep(33000);
    }
  }

  std::atomic<bool> stopping_{false};
  std::thread feeder_;
};

// Frames that ffmpeg could decode, of those asked for; -1: it failed, and what it said is printed.
int watch(const std::string& url, const std::string& transport, int frames) {
  const std::string command = "timeout 20 ffmpeg -v error -nostats -progress - -rtsp_transport " +
                              transport + " -i " + url + " -frames:v " + std::to_string(frames) +
                              " -f null - 2>&1; echo ended with $?";
  FILE* pipe = popen(command.c_str(), "r");
  if (!pipe) return -1;
  int seen = -1;
  char line[256];
  std::string said;
  while (std::fgets(line, sizeof(line), pipe)) {
    if (std::sscanf(line, "frame=%d", &seen) != 1) said += line;
  }
  pclose(pipe);
  if (seen < 0) std::printf("  ffmpeg over %s: %s", transport.c_str(), said.c_str());
  return seen;
}

}  // namespace

TEST(foreign_clients_watch_over_tcp_and_udp_and_come_back) {
  if (!has("ffmpeg")) throw check::Skipped{"ffmpeg is not installed"};
  Station station;
  CHECK_EQ(watch(station.url, "tcp", 20), 20);
  CHECK_EQ(watch(station.url, "udp", 20), 20);  // after the last has left: a new media
  CHECK_EQ(watch(station.url, "tcp", 20), 20);
  CHECK(stats_of(station.runtime, station.mount).value("frames", 0) >= 60);
  CHECK_EQ(suppressed_complaints(), 0u);
}

TEST(two_clients_share_one_encoder) {
  if (!has("ffmpeg")) throw check::Skipped{"ffmpeg is not installed"};
  Station station;
  int first = 0;
  std::thread other([&] { first = watch(station.url, "tcp", 60); });
  usleep(1200000);
  CHECK_EQ(watch(station.url, "udp", 20), 20);
  other.join();
  CHECK_EQ(first, 60);
}

TEST(gstreamer_is_a_client_too) {
  Station station;
  CHECK_EQ(run_launch("rtspsrc location=" + station.url +
                      " latency=100 protocols=tcp ! rtph264depay ! avdec_h264 ! identity "
                      "eos-after=10 ! fakesink"),
           std::string());
}

TEST(closes_while_clients_watch) {
  if (!has("ffmpeg")) throw check::Skipped{"ffmpeg is not installed"};
  Station station;
  std::thread client([url = station.url] { watch(url, "tcp", 100000); });
  usleep(1500000);
  CHECK(station.stop() < 2);
  client.join();
  CHECK_EQ(ls_live_frames(station.runtime), 0u);
}

TEST(without_clients_frames_are_counted_and_let_go) {
  Station station;
  usleep(300000);
  CHECK(stats_of(station.runtime, station.mount)["drops"].value("unwatched", 0) > 3);
  CHECK_EQ(stats_of(station.runtime, station.mount).value("frames", 1), 0);
}

TEST(a_port_in_use_is_told) {
  const int taken = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  CHECK_EQ(bind(taken, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  CHECK_EQ(listen(taken, 1), 0);
  socklen_t size = sizeof(address);
  getsockname(taken, reinterpret_cast<sockaddr*>(&address), &size);
  Fixture runtime;
  const ls_handle server =
      open_sink(runtime, {{"kind", "rtsp-server"}, {"port", ntohs(address.sin_port)}});
  const Event failed = runtime.next(20);
  CHECK_EQ(failed.head.kind, static_cast<uint32_t>(LS_FAILED));
  CHECK_EQ(failed.head.status, LS_ERR_IO);
  CHECK_CONTAINS(failed.payload, "another program listens");
  // Its streams fail with it.
  const ls_handle mount =
      open_sink(runtime, {{"kind", "rtsp"}, {"server", server}, {"path", "/a"}});
  CHECK_EQ(runtime.next(5).head.kind, static_cast<uint32_t>(LS_FAILED));
  CHECK(close_and_wait(runtime, mount, 5));
  CHECK(close_and_wait(runtime, server, 5));
  close(taken);
}

TEST(one_path_is_for_one_stream) {
  Station station;
  ls_error error{};
  ls_handle second = 0;
  const json config = {{"kind", "rtsp"}, {"server", station.server}, {"path", "/view"}};
  CHECK_EQ(ls_sink_open(station.runtime, config.dump().c_str(), &second, &error), LS_ERR_CONFIG);
  CHECK_CONTAINS(error.message, "/view");
}

TEST(devices_lists_encoders_and_decoders) {
  Fixture runtime;
  std::string text(1 << 18, 0);
  const uint32_t needed = ls_devices(runtime, text.data(), static_cast<uint32_t>(text.size()));
  CHECK(needed > 2 && needed < text.size());
  CHECK_EQ(ls_devices(runtime, nullptr, 0), needed);
  const json devices = json::parse(text.c_str());
  for (const char* key : {"cameras", "encoders", "decoders", "backends"}) {
    CHECK(devices.contains(key) && devices[key].is_array());
  }
  for (const json& decoder : devices["decoders"]) CHECK(!decoder.value("codec", "").empty());
}
