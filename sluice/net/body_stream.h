// The body of an answer that comes to be while it is sent, e.g. server-sent events.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace sluice::net {

// The end that the server has, as HttpResponse::stream. Whoever drops it tells the writer so.
class BodyReader {
 public:
  // What waits, perhaps nothing.
  struct Piece {
    std::string bytes;
    bool is_last = false;  // Nothing comes after it …
    bool is_cut = false;   // … and that is not how the body was meant to end.
  };

  virtual ~BodyReader() = default;
  virtual Piece Take() = 0;
  // Called, on the writer's thread, when Take() may have more to give; must not wait, nor call
  // back.
  virtual void SetWake(std::function<void()> wake) = 0;
};

// The end that the maker of the answer has. Any thread; no call waits.
class BodyWriter {
 public:
  virtual ~BodyWriter() = default;  // Cuts a body off that was not closed.
  // False: nobody reads any more, now or ever. The client is gone, the server has ended, or the
  // client took so little that there is no room for this; then it is cut off.
  virtual bool Write(std::string_view bytes) = 0;
  virtual bool HasReader() const = 0;  // The same, without anything to write.
  virtual void Close() = 0;            // The body is complete. What was written is still delivered.
};

// At most `room` bytes wait for the reader.
std::pair<std::unique_ptr<BodyWriter>, std::unique_ptr<BodyReader>> MakeBodyStream(
    size_t room = 64 << 10);

}  // namespace sluice::net
