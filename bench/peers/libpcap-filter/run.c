/* Runs libpcap's interpreter of classic BPF over packets in turns. */
struct instruction {
    unsigned short code;
    unsigned char jump_true, jump_false;
    unsigned int k;
};

unsigned int bpf_filter(const struct instruction *program, const unsigned char *packet, unsigned int length, unsigned int captured);

long run_filter(const struct instruction *program, const unsigned char *packets, int length, int packet_count, int count)
{
    long sum = 0;
    for (int i = 0; i < count; i++)
        sum += bpf_filter(program, packets + (long)(i % packet_count) * length, length, length);
    return sum;
}
