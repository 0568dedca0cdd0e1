#include "journal/event_fields.hpp"

#include <capnp/schema.h>

#include <array>
#include <cctype>

#include "engine/core/assert.hpp"
#include "journal/event_shape.hpp"
#include "journal/schema/omega.capnp.h"

namespace omega::journal {

namespace {

std::string snake_case(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const auto c = static_cast<unsigned char>(name[i]);
    if (std::isupper(c) != 0 && i != 0) out += '_';
    out += static_cast<char>(std::tolower(c));
  }
  return out;
}

/// Ids of the annotations in schema/omega.capnp, in its order.
struct AnnotationId {
  std::uint64_t id;
  FieldMeaning meaning;
};
constexpr std::array kAnnotations = std::to_array<AnnotationId>({
    {0xf57fdbb0fd7014d9ULL, FieldMeaning::kTime},
    {0xd25be09c3ba03c3aULL, FieldMeaning::kDuration},
    {0x9967e82ae4d22e5bULL, FieldMeaning::kPrice},
    {0xba826c3510f9d506ULL, FieldMeaning::kQuantity},
    {0xa013e64a3939cebdULL, FieldMeaning::kMoney},
    {0xf187c61693c3230dULL, FieldMeaning::kInstrument},
    {0xfbc7eecb7f8ee1e7ULL, FieldMeaning::kStrategy},
    {0xe935fdf8fd321278ULL, FieldMeaning::kSide},
    {0xda7ce63cb09ecabaULL, FieldMeaning::kHash},
    {0xaa011cd603091a96ULL, FieldMeaning::kNames},
    {0x9f9095a53ee0b42bULL, FieldMeaning::kBits},
    {0xc6f0a1d27b3e5a94ULL, FieldMeaning::kCode},
});

FieldKind kind_of(capnp::schema::Type::Reader type) {
  using W = capnp::schema::Type;
  switch (type.which()) {
    case W::INT8: return FieldKind::kI8;
    case W::INT64: return FieldKind::kI64;
    case W::UINT8: return FieldKind::kU8;
    case W::UINT16: return FieldKind::kU16;
    case W::UINT32: return FieldKind::kU32;
    case W::UINT64: return FieldKind::kU64;
    case W::FLOAT64: return FieldKind::kF64;
    default: break;
  }
  OMEGA_ASSERT(false, static_cast<int>(type.which()), 0);  // the layout test allows no other type into the schema
  return FieldKind::kI64;
}

FieldInfo field_info(capnp::StructSchema::Field field) {
  const auto proto = field.getProto();
  FieldInfo info;
  info.name = snake_case({proto.getName().cStr(), proto.getName().size()});
  info.kind = kind_of(proto.getSlot().getType());
  info.offset = proto.getSlot().getOffset() * kind_bytes(info.kind);
  for (const auto annotation : proto.getAnnotations())
    for (const AnnotationId& known : kAnnotations)
      if (annotation.getId() == known.id) {
        info.meaning = known.meaning;
        if (known.meaning == FieldMeaning::kNames || known.meaning == FieldMeaning::kBits)
          for (const auto name : annotation.getValue().getList().getAs<capnp::List<capnp::Text>>())
            info.names.emplace_back(name.cStr());
      }
  return info;
}

EventFields make_fields(capnp::StructSchema schema) {
  EventFields event;
  const std::string_view full = schema.getShortDisplayName().cStr();
  event.name = snake_case(full);
  for (const auto field : schema.getFields()) {
    if (field.getProto().getSlot().getType().isList()) {
      event.has_values = true;
      continue;
    }
    FieldInfo info = field_info(field);
    // take_profit0, take_profit1 ...: one array. A name that merely ends in a digit (n_m1) has no element 0.
    const std::size_t index = static_cast<std::size_t>(info.name.back() - '0');
    const std::string base = info.name.substr(0, info.name.size() - 1);
    if (index == 0) {
      info.name = base;
    } else if (index < 10 && !event.fields.empty() && event.fields.back().name == base && event.fields.back().count == index) {
      ++event.fields.back().count;
      continue;
    }
    event.fields.push_back(std::move(info));
  }
  return event;
}

std::array<EventFields, kShapes.size()> make_all() {
  std::array<EventFields, kShapes.size()> all;
  const auto add = [&all](EventType type, capnp::StructSchema schema) {
    all[static_cast<std::size_t>(type)] = make_fields(schema);
  };
  add(EventType::kBar, capnp::Schema::from<schema::Bar>());
  add(EventType::kQuote, capnp::Schema::from<schema::Quote>());
  add(EventType::kTrade, capnp::Schema::from<schema::Trade>());
  add(EventType::kBookDelta, capnp::Schema::from<schema::BookDelta>());
  add(EventType::kBookSnapshot, capnp::Schema::from<schema::BookSnapshot>());
  add(EventType::kNewsEvent, capnp::Schema::from<schema::NewsEvent>());
  add(EventType::kNewsRelease, capnp::Schema::from<schema::NewsRelease>());
  add(EventType::kControl, capnp::Schema::from<schema::Control>());
  add(EventType::kTimer, capnp::Schema::from<schema::Timer>());
  add(EventType::kExecReport, capnp::Schema::from<schema::ExecReport>());
  add(EventType::kFeatureVector, capnp::Schema::from<schema::FeatureVector>());
  add(EventType::kLargeOrder, capnp::Schema::from<schema::LargeOrder>());
  add(EventType::kSignal, capnp::Schema::from<schema::Signal>());
  add(EventType::kExitRequest, capnp::Schema::from<schema::ExitRequest>());
  add(EventType::kStrategyDisabled, capnp::Schema::from<schema::StrategyDisabled>());
  add(EventType::kToxState, capnp::Schema::from<schema::ToxStateChange>());
  add(EventType::kRiskDecision, capnp::Schema::from<schema::RiskDecision>());
  add(EventType::kKillSwitch, capnp::Schema::from<schema::KillSwitchEvent>());
  add(EventType::kOrderCommand, capnp::Schema::from<schema::OrderCommand>());
  add(EventType::kSignalOutcome, capnp::Schema::from<schema::SignalOutcome>());
  add(EventType::kTradeClosed, capnp::Schema::from<schema::TradeClosed>());
  add(EventType::kEquityMark, capnp::Schema::from<schema::EquityMark>());
  add(EventType::kDigest, capnp::Schema::from<schema::DigestCheckpoint>());
  return all;
}

}  // namespace

std::size_t kind_bytes(FieldKind kind) noexcept {
  switch (kind) {
    case FieldKind::kI8: case FieldKind::kU8: return 1;
    case FieldKind::kU16: return 2;
    case FieldKind::kU32: return 4;
    default: return 8;
  }
}

const EventFields& fields_of(EventType type) {
  static const auto all = make_all();
  static const EventFields unknown;
  const auto index = static_cast<std::size_t>(type);
  return index < all.size() ? all[index] : unknown;
}

}  // namespace omega::journal
