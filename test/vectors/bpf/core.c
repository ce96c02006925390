// Relocations of every kind (CO-RE) against types that core_target.c has otherwise.
#include "bpf.h"

char _license[] SEC("license") = "GPL";

#define EXISTS(field) __builtin_preserve_field_info(field, 2)
#define FIELD(field, what) __builtin_preserve_field_info(field, what)
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct part { int first; short second[4]; };
struct subject {
	int moved;
	unsigned int grown;
	struct part parts[2];
	unsigned int narrow : 3, wide : 13;
	signed char sign;
	int gone;
	union { int in_union; long other; };
};
struct subject___view { long moved_later; };
struct absent { int any; };
struct same { int a; unsigned long b; };
#pragma clang attribute pop

enum choice { CHOICE_A = 1, CHOICE_B = 2, CHOICE_GONE = 3 };
typedef int number_t;

#define PUT(value) values[index++] = (value)
volatile __u64 values[32];

SEC("tc")
int relocate(struct __sk_buff *skb)
{
	struct subject *subject = (void *)(long)skb->cb[0];
	struct subject___view *view = (void *)subject;
	__u32 index = 0;
	PUT(FIELD(subject->moved, 0));
	PUT(FIELD(subject->grown, 0));
	PUT(FIELD(subject->parts[1].second[2], 0));
	PUT(FIELD(subject->wide, 0));
	PUT(FIELD(subject->wide, 1));
	PUT(FIELD(subject->wide, 3));
	PUT(FIELD(subject->wide, 4));
	PUT(FIELD(subject->wide, 5));
	PUT(FIELD(subject->sign, 3));
	PUT(EXISTS(subject->moved));
	PUT(EXISTS(subject->gone));
	PUT(FIELD(subject->in_union, 0));
	PUT(FIELD(view->moved_later, 1));
	PUT(__builtin_preserve_type_info(*(struct subject *)0, 0));
	PUT(__builtin_preserve_type_info(*(struct absent *)0, 0));
	PUT(__builtin_preserve_type_info(*(struct subject *)0, 1));
	PUT(__builtin_preserve_type_info(*(struct same *)0, 2));
	PUT(__builtin_preserve_type_info(*(struct subject *)0, 2));
	PUT(__builtin_preserve_enum_value(*(enum choice *)CHOICE_B, 1));
	PUT(__builtin_preserve_enum_value(*(enum choice *)CHOICE_GONE, 0));
	PUT(__builtin_btf_type_id(*(struct subject *)0, 0));
	PUT(__builtin_btf_type_id(*(struct subject *)0, 1));
	PUT(__builtin_preserve_type_info(*(number_t *)0, 0));
	return index;
}

SEC("kprobe/demo")
int loads(struct subject *subject)
{
	return subject->moved + subject->grown + subject->parts[1].second[2];
}

SEC("kprobe/demo2")
int poisoned(struct subject *subject)
{
	return subject->gone;
}
