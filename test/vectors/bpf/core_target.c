// What core.c is relocated against.
struct part { long before; int first; short second[4]; };
struct subject {
	long ahead;
	int moved;
	unsigned long grown;
	struct part parts[2];
	unsigned int pad : 7, narrow : 3, wide : 13;
	signed char sign;
	struct { union { char *other; int in_union; }; };
	long moved_later;
};
struct same { int a; unsigned long b; };
enum choice { CHOICE_A = 10, CHOICE_B = 20 };
typedef int number_t;

struct subject subject;
struct same same;
enum choice choice;
number_t number;
