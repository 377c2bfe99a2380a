// Package fault is what goes wrong between a sender and a receiver, one file per fault.
//
// A [Line] with faults goes between HTTP and the network of a mocksender.Sender:
//
//	line, err := fault.New(seed, "lost-ack,by=timeout", "chunked")
//	line.Install(&config)
//
// so that the sender sees what a real one would see, and the receiver too, with TLS or
// without. [Kinds] lists the faults and their parameters. An [Outage] stands in front of a
// receiver and counts requests, whoever sends them.
//
// It decides nothing about the receiver. Start with [New].
package fault
