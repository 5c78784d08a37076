//! Names from all over the world, as many from each part: nobody here is made
//! remarkable by where a name comes from.

/// Given and family names that go together, Latin script unless the family writes another.
#[derive(Debug)]
pub(super) struct Names {
    pub(super) given: [&'static str; 12],
    pub(super) family: [&'static str; 12],
}

/// Sixteen parts of the world; people are taken from each in turn.
pub(super) const NAMES: [Names; 16] = [
    Names {
        given: [
            "Robert", "Alice", "Daniel", "Harriet", "Walter", "June", "Peter", "Ruth", "Graham",
            "Edith", "Simon", "Clare",
        ],
        family: [
            "Whitfield",
            "Marsh",
            "Ashdown",
            "Fields",
            "Thornbury",
            "Pell",
            "Harding",
            "Oakes",
            "Burrows",
            "Latham",
            "Sexton",
            "Dunmore",
        ],
    },
    Names {
        given: [
            "Maria", "Diego", "Lucía", "Javier", "Ximena", "Ramón", "Pilar", "Andrés", "Inés",
            "Tomás", "Rocío", "Emilio",
        ],
        family: [
            "López",
            "Herrera",
            "Castañeda",
            "Ibáñez",
            "Villalobos",
            "Quiroga",
            "Núñez",
            "Salgado",
            "Olmos",
            "Peralta",
            "Muñoz",
            "Barrios",
        ],
    },
    Names {
        given: [
            "João",
            "Beatriz",
            "Caio",
            "Larissa",
            "Thiago",
            "Marina",
            "Otávio",
            "Renata",
            "Vinícius",
            "Lívia",
            "Duarte",
            "Helena",
        ],
        family: [
            "Gonçalves",
            "Figueiredo",
            "Moura",
            "Teixeira",
            "Araújo",
            "Brandão",
            "Pacheco",
            "Vasconcelos",
            "Sampaio",
            "Coutinho",
            "Rezende",
            "Falcão",
        ],
    },
    Names {
        given: [
            "Chinedu", "Adaeze", "Tunde", "Folasade", "Emeka", "Ngozi", "Kwame", "Abena", "Ifeoma",
            "Babajide", "Efua", "Kofi",
        ],
        family: [
            "Okafor", "Adeyemi", "Nwosu", "Balogun", "Mensah", "Owusu", "Eze", "Akinola",
            "Boateng", "Obi", "Asante", "Ogunleye",
        ],
    },
    Names {
        given: [
            "Wanjiru", "Otieno", "Amina", "Juma", "Tesfaye", "Selam", "Thabo", "Nomvula", "Baraka",
            "Zawadi", "Lerato", "Sipho",
        ],
        family: [
            "Kamau", "Odhiambo", "Mwangi", "Bekele", "Dlamini", "Nkosi", "Haile", "Wekesa",
            "Mokoena", "Tadesse", "Njoroge", "Khumalo",
        ],
    },
    Names {
        given: [
            "Omar", "Layla", "Youssef", "Nadia", "Karim", "Salma", "Tarek", "Rania", "Hassan",
            "Dalia", "Samir", "Mona",
        ],
        family: [
            "Haddad",
            "El-Sayed",
            "Mansour",
            "Khoury",
            "Nasser",
            "Farouk",
            "Bitar",
            "Zaki",
            "Al-Rashid",
            "Shahin",
            "Saleh",
            "Qasim",
        ],
    },
    Names {
        given: [
            "Darius", "Shirin", "Navid", "Leila", "Emre", "Zeynep", "Kerem", "Elif", "Arash",
            "Yasmin", "Levent", "Defne",
        ],
        family: [
            "Tehrani", "Yılmaz", "Kaya", "Farahani", "Demir", "Rostami", "Öztürk", "Aydın",
            "Moradi", "Şahin", "Karimi", "Çelik",
        ],
    },
    Names {
        given: [
            "Ananya", "Rohan", "Priya", "Arjun", "Kavya", "Vikram", "Meera", "Sanjay", "Divya",
            "Nikhil", "Sunita", "Harish",
        ],
        family: [
            "Sharma",
            "Iyer",
            "Chatterjee",
            "Reddy",
            "Deshpande",
            "Nair",
            "Bhatt",
            "Kulkarni",
            "Menon",
            "Gill",
            "Rao",
            "Banerjee",
        ],
    },
    Names {
        given: [
            "Imran", "Ayesha", "Tahmid", "Nusrat", "Bilal", "Farzana", "Dinesh", "Chamari",
            "Usman", "Sana", "Nuwan", "Shanta",
        ],
        family: [
            "Qureshi",
            "Rahman",
            "Perera",
            "Siddiqui",
            "Fernando",
            "Chowdhury",
            "Malik",
            "Jayasuriya",
            "Ahmed",
            "Bhuiyan",
            "Mirza",
            "Silva",
        ],
    },
    Names {
        given: [
            "Wei", "Mei", "Jun", "Xiaoyu", "Hao", "Lihua", "Qiang", "Ying", "Zhen", "Na", "Ming",
            "Yan",
        ],
        family: [
            "Zhang", "Li", "Chen", "Huang", "Xu", "Zhou", "Lin", "Guo", "Tang", "Ye", "Song", "Fu",
        ],
    },
    Names {
        given: [
            "Minjun", "Seo-yeon", "Jiho", "Hana", "Sang-woo", "Yuna", "Hyun", "Eun-ji", "Dohyun",
            "Ara", "Taeyang", "Bora",
        ],
        family: [
            "Kim", "Park", "Choi", "Jung", "Yoon", "Bae", "Shin", "Kwon", "Oh", "Noh", "Moon", "Im",
        ],
    },
    Names {
        given: [
            "Haruto", "Yui", "Kenji", "Sakura", "Daichi", "Emi", "Takumi", "Naoko", "Ryota",
            "Aiko", "Shun", "Mio",
        ],
        family: [
            "Tanaka", "Nakamura", "Fujita", "Ogawa", "Ishikawa", "Mori", "Kuroda", "Ueno",
            "Hayashi", "Matsui", "Endo", "Abe",
        ],
    },
    Names {
        given: [
            "Linh", "Minh", "Thuy", "Quang", "Maricel", "Jerome", "Putri", "Agus", "Siriporn",
            "Anan", "Dewi", "Rizal",
        ],
        family: [
            "Nguyễn",
            "Trần",
            "Phạm",
            "Santos",
            "Dela Cruz",
            "Wijaya",
            "Santoso",
            "Chaiyasit",
            "Bautista",
            "Võ",
            "Hartono",
            "Ramos",
        ],
    },
    Names {
        given: [
            "Oksana",
            "Andrii",
            "Katarzyna",
            "Marek",
            "Irina",
            "Pavel",
            "Zsófia",
            "Bogdan",
            "Milena",
            "Goran",
            "Eliška",
            "Stefan",
        ],
        family: [
            "Kovalenko",
            "Nowak",
            "Wójcik",
            "Horváth",
            "Petrović",
            "Novák",
            "Ionescu",
            "Dimitrova",
            "Sokolov",
            "Bondar",
            "Kučera",
            "Marković",
        ],
    },
    Names {
        given: [
            "Lars", "Ingrid", "Søren", "Astrid", "Jürgen", "Annika", "Pieter", "Femke", "Matti",
            "Aino", "Émile", "Solène",
        ],
        family: [
            "Lindqvist",
            "Sørensen",
            "Müller",
            "van Dijk",
            "Korhonen",
            "Bjørnstad",
            "Lefèvre",
            "Schäfer",
            "de Wit",
            "Åkesson",
            "Girard",
            "Nieminen",
        ],
    },
    Names {
        given: [
            "Tala", "Wiremu", "Leilani", "Sione", "Malia", "Kai", "Mere", "Tāne", "Dakota",
            "Winona", "Aroha", "Noa",
        ],
        family: [
            "Kahale",
            "Tuala",
            "Begay",
            "Ngata",
            "Fonoti",
            "Yellowhorse",
            "Parata",
            "Kealoha",
            "Tsosie",
            "Vake",
            "Lefiti",
            "Redbird",
        ],
    },
];
